"""Database router: the shop stays on the default database, behaviour has one of its own."""

BEHAVIOUR_APP = "recommendations"


class BehaviourRouter:
    """Send the models of `recommendations` to the behaviour database and everything else to the default one."""

    def db_for_read(self, model: type, **hints: object) -> str | None:
        return "behaviour" if model._meta.app_label == BEHAVIOUR_APP else None  # type: ignore[attr-defined]

    db_for_write = db_for_read

    def allow_relation(self, first: object, second: object, **hints: object) -> bool | None:
        labels = {first._meta.app_label, second._meta.app_label}  # type: ignore[attr-defined]
        return None if BEHAVIOUR_APP not in labels else labels == {BEHAVIOUR_APP}

    def allow_migrate(self, db: str, app_label: str, **hints: object) -> bool:
        return (db == "behaviour") == (app_label == BEHAVIOUR_APP)
