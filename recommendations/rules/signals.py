"""Signals of the merchandising rules. A receiver of the first two may raise a refusal; nothing was changed then."""

from django.dispatch import Signal

rule_saving = Signal()  # rule; raise ValidationError
rule_set_switching = Signal()  # rule_set, before it is activated or deleted; raise RulesRefused
rules_changed = Signal()
