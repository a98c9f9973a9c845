"""The public surface of the client: one list of it, `docs/client/api.md`, and what breaks between two of them.

Usage: python -m tools.api                      writes the list anew
       python -m tools.api --check              exit code 1 where the list is not what would be written
       python -m tools.api --against REF|WHEEL  names what changed since then; exit code 1 where it breaks

What counts is the code as it stands: griffe reads it, nothing is imported. Public is what `qiwi_payin` lists in
`__all__`, the resources, and the classes that these come from.
"""

import argparse
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, TypeAlias
from zipfile import ZipFile

import griffe

from tools.project import ROOT
from tools.revisions import RevisionError, folders_at, latest

PAGE: Final = ROOT / "docs" / "client" / "api.md"
FOLDERS: Final = ("generated_client", "client_runtime")
_PACKAGE: Final = "qiwi_payin"
_RUNTIME: Final = "qiwi_payin_runtime"
_HEAD: Final = """\
<!-- Made by python -m tools.api: not for editing. -->

# The client's public surface

All of it in one list, as type checkers see it. What is not here may change in any release.
"""

Item: TypeAlias = griffe.Class | griffe.Function | griffe.Attribute


_DEFINES: Final = frozenset({"attr.define", "attrs.define"})
"""The names that attrs goes by."""


class _Fields(griffe.Extension):
    """Gives each attrs class the constructor that attrs gives it."""

    def on_class(self, *, cls: griffe.Class, **_: object) -> None:
        if "__init__" in cls.members or not any(mark.callable_path in _DEFINES for mark in cls.decorators):
            return
        fields = [member for member in cls.members.values() if isinstance(member, griffe.Attribute)]
        parameters = [
            griffe.Parameter(each.name, annotation=each.annotation, kind=_KEYWORD, default=_default(each))
            for each in fields
            if each.annotation is not None and "instance-attribute" in each.labels
        ]
        own = griffe.Parameter("self", kind=griffe.ParameterKind.positional_or_keyword)
        cls.set_member("__init__", griffe.Function("__init__", parameters=griffe.Parameters(own, *parameters)))


_KEYWORD: Final = griffe.ParameterKind.keyword_only


def _default(attribute: griffe.Attribute) -> str | griffe.Expr | None:
    if not isinstance(attribute.value, griffe.ExprCall):
        return attribute.value
    given = {each.name: each.value for each in attribute.value.arguments if isinstance(each, griffe.ExprKeyword)}
    return given.get("default", "..." if "factory" in given else None)


@dataclass(frozen=True)
class Surface:
    """What users may rely on.

    Attributes:
        package: the tree of the client.
        items: by section, the public classes, functions and values under their public names.
    """

    package: griffe.Module
    items: dict[str, dict[str, Item]] = field(default_factory=dict)

    @classmethod
    def read(cls, *folders: Path) -> "Surface":
        """Read the packages in these folders, or all in one folder where a wheel was unpacked."""
        loader = griffe.GriffeLoader(search_paths=folders, extensions=griffe.Extensions(_Fields()))
        package = loader.load(_PACKAGE)
        loader.load(_RUNTIME)
        loader.resolve_aliases()
        if not isinstance(package, griffe.Module):
            raise TypeError(f"{_PACKAGE} is no package")
        surface = cls(package)
        seen: set[str] = set()
        for section, name, member in chain(_listed(package), _resources(package), _bases(surface)):
            item = member.final_target if isinstance(member, griffe.Alias) else member
            if isinstance(item, Item) and item.canonical_path not in seen:
                seen.add(item.canonical_path)
                surface.items.setdefault(section or _section(item), {})[name] = item
        return surface

    def things(self) -> dict[str, Item]:
        """All items and their public members, by name."""
        found: dict[str, Item] = {}
        for items in self.items.values():
            for name, item in items.items():
                found[name] = item
                found.update({f"{name}.{member.name}": member for member in _members(item)})
        return found

    def page(self) -> str:
        """The list, as Markdown."""
        pieces = [_HEAD]
        for section, items in sorted(self.items.items(), key=lambda entry: _order(entry[0])):
            pieces.append(f"\n## {section}\n\n")
            for name, item in items.items():
                pieces.append(f"- `{_line(item, name)}`\n")
                pieces += [f"  - `{_line(member, member.name)}`\n" for member in _members(item)]
        return "".join(pieces)


_Found: TypeAlias = "tuple[str, str, griffe.Object | griffe.Alias]"
"""Section (or nothing, where it depends on the thing), public name, and the thing or what stands for it."""


def _listed(package: griffe.Module) -> Iterator[_Found]:
    """What the package lists, and then what the modules list that it lists."""
    modules = [package[name] for name in _exports(package) if package[name].is_module]
    yield from (("", name, package[name]) for name in _exports(package) if not package[name].is_module)
    for module in modules:
        yield from ((f"`{module.path}`", f"{module.name}.{name}", module[name]) for name in _exports(module))


def _resources(package: griffe.Module) -> Iterator[_Found]:
    for module in package["resources"].members.values():
        yield from (
            ("Resources", name, each) for name, each in module.members.items() if isinstance(each, griffe.Class)
        )


def _bases(surface: Surface) -> Iterator[_Found]:
    """The classes of the runtime that those found before come from."""
    for items in list(surface.items.values()):
        for item in list(items.values()):
            yield from ((_COMMON, base.name, base) for base in (item.mro() if isinstance(item, griffe.Class) else ()))


_COMMON: Final = "What they have in common"
_SECTIONS: Final = ("Clients", "Resources", "Values", "Objects", "Lists of names", _COMMON, "Errors")


def _order(section: str) -> int:
    return _SECTIONS.index(section) if section in _SECTIONS else len(_SECTIONS)


def _section(item: Item) -> str:
    if item.canonical_path.startswith(f"{_PACKAGE}.client."):
        return "Clients"
    if item.canonical_path.startswith(f"{_RUNTIME}.errors."):
        return "Errors"
    if item.canonical_path.startswith(f"{_PACKAGE}.models."):
        is_list = any(str(base) == "OpenEnum" for base in item.bases) if isinstance(item, griffe.Class) else False
        return "Lists of names" if is_list else "Objects"
    return "Values"


def _exports(module: griffe.Module | griffe.Alias | griffe.Object) -> list[str]:
    return [str(name) for name in module.exports or [name for name in module.members if not name.startswith("_")]]


def _members(item: Item) -> list[griffe.Function | griffe.Attribute]:
    if not isinstance(item, griffe.Class):
        return []
    return [
        member
        for name, member in item.members.items()
        if isinstance(member, griffe.Function | griffe.Attribute) and not name.startswith("_")
    ]


def _line(item: Item, name: str) -> str:
    match item:
        case griffe.Class():
            bases = ", ".join(str(base) for base in item.bases)
            init = item.members.get("__init__")
            is_written = isinstance(init, griffe.Function) and init.lineno is not None
            return f"class {name}({bases})" if bases or not is_written else f"class {item.signature(name=name)}"
        case griffe.Function():
            prefix = "async def" if "async" in item.labels else "def"
            return f"{prefix} {item.signature(name=name)}"
        case griffe.Attribute():
            return name + (f": {item.annotation}" if item.annotation else "") + _value(item)


def _value(attribute: griffe.Attribute) -> str:
    value = _default(attribute) if "property" not in attribute.labels else None
    return "" if value is None else f" = {value}"


@dataclass(frozen=True)
class Changes:
    """What became of a surface: a line for each thing that breaks code which used it, and for each that is new."""

    breaking: list[str]
    added: list[str]

    @classmethod
    def between(cls, old: Surface, new: Surface) -> "Changes":
        """Compare two surfaces.

        griffe finds what was removed and what became of parameters. It does not compare types: one breaks where a
        parameter takes less than before, or an attribute or a result may be more.
        """
        before, after = old.things(), new.things()
        names = {thing.canonical_path: name for things in (after, before) for name, thing in things.items()}
        breaking = [
            f"{name}{_parameter(breakage)}: {breakage.kind.value}"
            for breakage in griffe.find_breaking_changes(old.package, new.package)
            if (name := names.get(breakage.obj.canonical_path.removesuffix(".__init__")))
        ]
        breaking += [f"{name}: {_REMOVED}" for name in before if name not in after]
        breaking += [
            f"{name}: {line}" for name in before if name in after for line in _other_types(before[name], after[name])
        ]
        return cls(list(dict.fromkeys(breaking)), [name for name in after if name not in before])


_REMOVED: Final = griffe.BreakageKind.OBJECT_REMOVED.value


def _parameter(breakage: griffe.Breakage) -> str:
    values = (breakage.old_value, breakage.new_value)
    return next((f"({value.name})" for value in values if isinstance(value, griffe.Parameter)), "")


def _other_types(old: Item, new: Item) -> Iterator[str]:
    match old, new:
        case griffe.Class(), griffe.Class():
            before, after = old.members.get("__init__"), new.members.get("__init__")
            if isinstance(before, griffe.Function) and isinstance(after, griffe.Function):
                yield from _other_types(before, after)
        case griffe.Attribute(), griffe.Attribute():
            if not _kinds(new.annotation) <= _kinds(old.annotation):
                yield f"type was changed from {old.annotation} to {new.annotation}"
        case griffe.Function(), griffe.Function():
            if not _kinds(new.returns) <= _kinds(old.returns):
                yield f"result was changed from {old.returns} to {new.returns}"
            later = {each.name: each for each in new.parameters}
            for each in old.parameters:
                if each.name in later and not _kinds(each.annotation) <= _kinds(later[each.name].annotation):
                    yield f"{each.name} was changed from {each.annotation} to {later[each.name].annotation}"
        case _:
            pass


def _kinds(annotation: str | griffe.Expr | None) -> set[str]:
    return set(str(annotation).split(" | "))


def surface_at(place: str, repository: Path = ROOT) -> Surface:
    """The surface at a git ref, or of a wheel.

    Raises:
        RevisionError: git does not know the ref.
    """
    if place.endswith(".whl"):
        with TemporaryDirectory(prefix="qiwi-payin-wheel-") as folder, ZipFile(place) as wheel:
            wheel.extractall(folder)
            return Surface.read(Path(folder))
    with folders_at(place, *FOLDERS, repository=repository) as folder:
        return Surface.read(*(folder / name for name in FOLDERS))


def main(arguments: Sequence[str]) -> int:
    """Write the list, see whether it is up to date, or tell what changed."""
    parser = argparse.ArgumentParser(prog="python -m tools.api", description="The public surface of the client.")
    parser.add_argument("--check", action="store_true", help="change nothing, and fail where the list would change")
    parser.add_argument(
        "--against", metavar="REF|WHEEL", nargs="?", const="", help="name changes (default: latest tag)"
    )
    asked = parser.parse_args(arguments)
    now = Surface.read(*(ROOT / name for name in FOLDERS))
    if asked.against is not None:
        return _compare(asked.against or latest(), now)
    page = now.page()
    if asked.check:
        is_same = PAGE.exists() and PAGE.read_text(encoding="utf-8") == page
        told = "docs/client/api.md is up to date" if is_same else "differs: docs/client/api.md\nrun python -m tools.api"
        sys.stdout.write(f"{told}\n")
        return 0 if is_same else 1
    PAGE.parent.mkdir(parents=True, exist_ok=True)
    PAGE.write_bytes(page.encode())
    return 0


def _compare(place: str, now: Surface) -> int:
    try:
        changes = Changes.between(surface_at(place), now)
    except RevisionError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    for title, lines in (("breaks", changes.breaking), ("is new", changes.added)):
        sys.stdout.write(f"{len(lines)} {title} since {place}\n")
        sys.stdout.writelines(f"  {line}\n" for line in lines)
    return 1 if changes.breaking else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
