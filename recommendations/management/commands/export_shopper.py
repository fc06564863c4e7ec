"""`manage.py export_shopper`: everything stored of one person, as JSON."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.serializers.json import DjangoJSONEncoder

from accounts.models import User
from recommendations.shoppers.personal_data import personal_data


class Command(BaseCommand):
    help = (
        "Print everything that is stored of one account as JSON, to give to its owner. "
        "Example: manage.py export_shopper shopper@kindred.example > shopper.json"
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", help="the account's e-mail address")

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(email__iexact=options["email"]).first()
        if user is None:
            raise CommandError(f"There is no account with the e-mail address {options['email']}.")
        self.stdout.write(json.dumps(personal_data(user), cls=DjangoJSONEncoder, indent=1))
