"""How Sphinx builds these pages. Run it by ``make docs``: warnings are errors."""

from __future__ import annotations

from importlib.metadata import version as version_of

project = "deskcore"
author = "The deskcore maintainers"
copyright = "2026, The deskcore maintainers"  # noqa: A001 - the name Sphinx reads
release = version_of("deskcore")
version = release

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon", "sphinx.ext.viewcode"]
source_suffix = {".md": "markdown"}
exclude_patterns = ["_build"]
html_theme = "furo"
html_title = f"deskcore {release}"

myst_enable_extensions = ["colon_fence", "deflist", "fieldlist"]
myst_heading_anchors = 3

autodoc_default_options = {"members": True, "show-inheritance": True}
autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_class_signature = "mixed"
napoleon_google_docstring = True
napoleon_numpy_docstring = False
python_use_unqualified_type_names = True

# Every cross-reference that a person writes must lead somewhere. What signatures and "Raises" sections name is linked
# where it can be: annotations name the module that defines a class, pages the room that shows it.
nitpicky = True
nitpick_ignore_regex = [("py:(class|exc|obj|data|attr)", ".*")]
