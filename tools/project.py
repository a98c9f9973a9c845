"""Where the project keeps its description, and what the description looks like once joined and overlaid."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from tools.bundle import bundle
from tools.documents import read_mapping
from tools.overlay import OverlayError, apply

ROOT: Final = Path(__file__).resolve().parent.parent
_OVERLAY_SUFFIX: Final = ".overlay.yaml"


@dataclass(frozen=True)
class Description:
    """A description in a folder (its root is `openapi.yaml`) and the folder of the overlays that lie over it.

    An overlay `NAME.overlay.yaml` may have more parts in the folder `NAME`, laid over the result in the order of names.
    """

    folder: Path = ROOT / "openapi"
    overlays: Path = ROOT / "overlays"

    def documents(self) -> dict[str, dict[str, Any]]:
        """The joined description as `openapi`, and one document for each overlay, by the overlay's name.

        Raises:
            BundleError: the files of the description cannot be joined.
            OverlayError: an overlay cannot be applied; the message begins with its file.
            DocumentError: a file is malformed.
        """
        joined = bundle(self.folder / "openapi.yaml")
        documents = {"openapi": joined}
        for path in sorted(self.overlays.glob(f"*{_OVERLAY_SUFFIX}")):
            name = path.name.removesuffix(_OVERLAY_SUFFIX)
            documents[name] = joined
            for part in self.parts(name):
                try:
                    documents[name] = apply(read_mapping(part), documents[name])
                except OverlayError as error:
                    raise type(error)(f"{part}: {error}") from error
        return documents

    def parts(self, name: str) -> list[Path]:
        """The files of an overlay, in the order in which they are applied."""
        return [
            self.overlays / f"{name}{_OVERLAY_SUFFIX}",
            *sorted((self.overlays / name).glob(f"*{_OVERLAY_SUFFIX}")),
        ]
