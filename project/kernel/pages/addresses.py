"""The address of a record, by one convention for every model."""

from django.urls import reverse


def address_of(model, ending, *args):
    """An address beside a model's record page: its `list`, `bulk` or `step`."""
    name = f"{model._meta.app_label}:{model._meta.model_name}"
    return reverse(f"{name}-{ending}" if ending else name, args=args)


def url_of(record):
    """The page of a record: `<app label>:<model name>`."""
    return address_of(type(record), "", record.pk)
