"""How every form of the platform is drawn: label, hint, error, input."""

from __future__ import annotations

from django.forms.renderers import TemplatesSetting


class FormRenderer(TemplatesSetting):
    """`{{ form }}` and `{{ field.as_field_group }}` use the shared pieces."""

    form_template_name = "pieces/form.html"
    field_template_name = "pieces/field.html"
