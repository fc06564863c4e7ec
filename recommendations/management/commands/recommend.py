"""`manage.py recommend`: the current recommendations for a shopper, with scores and reasons."""

import json
import uuid
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError

from accounts.models import User
from recommendations.behaviour.services.imports import imported_shopper_id
from recommendations.lists.intents.registry import FOR_YOU, INTENTS
from recommendations.lists.questions import LARGEST_LIMIT, Question
from recommendations.lists.recommending import Recommendations, recommend
from recommendations.management.terminal import ExampleCommand, one_line_errors
from recommendations.shoppers.profiles import has_events
from shop.catalogue.models import Product


class Command(ExampleCommand):
    help = "Print the current recommendations for a shopper: titles, scores and reasons."
    example = (
        "  python manage.py recommend --user shopper@kindred.example --limit 10\n"
        "  python manage.py recommend --user A3QZ1R0GQYWTFL --json | jq '.items[].title'\n"
        "  python manage.py recommend --user shopper@kindred.example --intent similar --item B07VCGJ1NL"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--user",
            required=True,
            metavar="EMAIL_OR_ID",
            help="an account's e-mail address or id, a visitor's id, or a user id of an imported file",
        )
        parser.add_argument("--limit", type=int, default=10, help=f"1 to {LARGEST_LIMIT} (default: %(default)s)")
        parser.add_argument(
            "--intent",
            choices=list(INTENTS),
            default=FOR_YOU.name,
            help="the kind of list (default: %(default)s)",
        )
        parser.add_argument("--item", metavar="ID", help="the product that similar and complementary start from")
        parser.add_argument("--json", action="store_true", help="print JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        if not 1 <= options["limit"] <= LARGEST_LIMIT:
            raise CommandError(f"--limit is {options['limit']}: expected 1 to {LARGEST_LIMIT}.")
        intent = INTENTS[options["intent"]]
        if intent.needs_product and not options["item"]:
            raise CommandError(f"--intent {intent.name} needs a product to start from: add --item ID.")
        with one_line_errors():
            shopper_id = _shopper(options["user"])
            is_known = has_events(shopper_id)
            product_id = _product(options["item"]) if options["item"] else None
            result = recommend(shopper_id, Question(intent, "command", options["limit"], product_id))
        if not is_known:
            self.stderr.write(f"Nothing is known of {options['user']}: every new shopper sees this list.")
        if options["json"]:
            self.stdout.write(json.dumps(_as_json(result, shopper_id)))
        else:
            self._print(result)

    def _print(self, result: Recommendations) -> None:
        if result.model_version is None:
            self.stderr.write("No model serves yet (popular products instead): run manage.py train_recommender.")
        if not result.items:
            self.stderr.write("There is nothing to recommend: no product is published, priced and in stock.")
        for place, item in enumerate(result.items, start=1):
            reasons = "; ".join(reason.text for reason in item.reasons)
            self.stdout.write(f"{place:>3}. {item.score:.3f}  {item.product.title[:70]}\n            {reasons}")


def _shopper(user: str) -> uuid.UUID:
    """Return the shopper's id; raise CommandError for an e-mail address without an account."""
    if "@" in user and not User.objects.filter(email__iexact=user).exists():
        raise CommandError(f"No account has the e-mail address {user}: check the spelling, or give an id.")
    return imported_shopper_id(user)


def _product(item: str) -> uuid.UUID:
    """Return the id of the product with this id or external id; raise CommandError for none."""
    try:
        rows = Product.objects.filter(pk=uuid.UUID(item))
    except ValueError:
        rows = Product.objects.filter(external_id=item)
    product_id = rows.values_list("pk", flat=True).first()
    if product_id is None:
        raise CommandError(f"There is no product {item}: give its id, or its id in the file it was imported from.")
    return product_id


def _as_json(result: Recommendations, shopper_id: uuid.UUID) -> dict[str, Any]:
    return {
        "shopper_id": str(shopper_id),
        "recomm_id": str(result.recomm_id),
        "intent": result.question.intent.name,
        "model_version": result.model_version,
        "fallback_used": result.fallback_used,
        "items": [
            {
                "id": str(item.product.pk),
                "external_id": item.product.external_id,
                "title": item.product.title,
                "score": round(item.score, 6),
                "source": item.source,
                "reasons": [
                    {"code": reason.code, "text": reason.text, "anchor_id": str(reason.anchor_id or "") or None}
                    for reason in item.reasons
                ],
            }
            for item in result.items
        ],
    }
