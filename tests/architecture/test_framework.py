"""What we leave out of the framework: signals, save() overrides, generic keys, forms that write, the admin."""

from __future__ import annotations

import ast

from django.apps import apps
from django.db.models import Model

from tests.architecture.house import expect_none, modules

UNUSED_MODULES = (
    "django.dispatch",
    "django.db.models.signals",
    "django.contrib.admin",
    "django.contrib.contenttypes.fields",
    "django.forms.models",
)
UNUSED_NAMES = {
    "receiver",
    "Signal",
    "GenericForeignKey",
    "GenericRelation",
    "ModelForm",
    "modelform_factory",
}
OVERRIDES = ("save", "delete", "full_clean", "asave", "adelete")


def test_no_signals_no_generic_keys_no_writing_forms():
    found = []
    for module in modules():
        for node in module.walk():
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(UNUSED_MODULES):
                found.append(f"{module.at(node)} {node.module}")
            if isinstance(node, ast.Attribute | ast.Name):
                name = node.attr if isinstance(node, ast.Attribute) else node.id
                if name in UNUSED_NAMES:
                    found.append(f"{module.at(node)} {name}")
    expect_none(found)


def test_starting_up_connects_nothing():
    found = [
        f"{module.at(node)} {kind.name}.ready()"
        for module in modules()
        for kind in module.walk()
        if isinstance(kind, ast.ClassDef) and any("AppConfig" in ast.unparse(base) for base in kind.bases)
        for node in kind.body
        if isinstance(node, ast.FunctionDef) and node.name == "ready"
    ]
    expect_none(found)


def test_no_table_overrides_saving_or_deleting():
    found = [
        f"{model.__name__}.{name}"
        for model in apps.get_models()
        if model.__module__.startswith("trueup.")
        for name in OVERRIDES
        if any(name in vars(base) for base in model.__mro__ if base.__module__.startswith("trueup."))
    ]
    expect_none(found)
    assert issubclass(apps.get_model("licences", "Licence"), Model)


def test_the_admin_is_not_installed():
    assert not apps.is_installed("django.contrib.admin")
