"""The sections of `wirelaw map`, in the order in which they are shown."""

from wirelaw.models import Models
from wirelaw.overview import Part, Section
from wirelaw.repository import Repository


def _files(repository: Repository) -> Part:
    tree = repository.tree
    pages = ", ".join(one or "." for one in tree.pages)
    page = f"{len(tree.page)} of the page" + (f" ({pages})" if pages else "")
    return Part(f"{len(tree.python)} of the service, {page}")


def _models(repository: Repository) -> Part:
    models = Models(repository.service).all
    fields = sum(len(model.fields) for model in models)
    return Part(f"{len(models)} in the service, with {fields} fields")


SECTIONS: tuple[Section, ...] = (
    Section("Source files", _files),
    Section("Models", _models),
)
