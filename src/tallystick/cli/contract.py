"""`tallystick contract …`: parse, call, write, exit code."""

from pathlib import Path
from typing import Annotated

import msgspec
import typer

from tallystick.case import locking, statement
from tallystick.cli import show, steps
from tallystick.cli.groups import DefaultGroup
from tallystick.contract.index import listed, ranked
from tallystick.host.errors import CannotRunError
from tallystick.host.exits import EXIT_FOUND, EXIT_OK, EXIT_UNDECIDED
from tallystick.host.talk import print_json, say, write
from tallystick.net import site, watching
from tallystick.net.fetch import Follow
from tallystick.net.refreshing import Refreshed, refresh
from tallystick.net.site import MOST
from tallystick.net.sources import Given, add, add_pack, read_page
from tallystick.people import citing
from tallystick.people.decide import Answered, Decision, record_answer
from tallystick.record.case import Operation
from tallystick.record.clause import Grade

contract = typer.Typer(
    cls=DefaultGroup,
    help="The documented contract: sources, clauses, drift, the two columns, the lockfile.\n\n"
    "`tallystick contract CASE` runs `show`.",
    rich_markup_mode=None,
)

CaseArg = Annotated[Path, typer.Argument(metavar="CASE", help="The case folder.")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object on stdout.")]
FollowOption = Annotated[bool, typer.Option("--follow", help="Follow redirects.")]
Private = Annotated[
    bool, typer.Option("--allow-private", help="Also to private addresses, with --follow.")
]


@contract.command(name="show")
def show_clauses(case: CaseArg, as_json: Json = False) -> None:
    """Store the sources that case.toml names and show the clauses they state."""
    with steps.opened(case) as folder:
        steps.take_sources(folder)
        made = steps.judge(folder)
    if as_json:
        stated = [{"id": c.id, **msgspec.to_builtins(c)} for c in made.clauses]
        seeming = [{"id": c.id, **msgspec.to_builtins(c)} for c in made.candidates]
        print_json({"sources": made.sources, "clauses": stated, "candidates": seeming})
    else:
        show.clauses(made.clauses)
        show.silence(made)


@contract.command(name="add")
def add_pages(  # noqa: PLR0913 PLR0917 - one option, one parameter
    case: CaseArg,
    pages: Annotated[
        list[str] | None, typer.Argument(metavar="URL|FILE...", help="Pages to store.")
    ] = None,
    of_site: Annotated[
        str, typer.Option("--site", metavar="URL", help="A documentation site: find its pages.")
    ] = "",
    most: Annotated[int, typer.Option(min=1, max=200, help="With --site: at most so many.")] = MOST,
    purpose: Annotated[str, typer.Option(help="What the page is read for.")] = "",
    url: Annotated[str, typer.Option(help="Where a saved file came from.")] = "",
    at: Annotated[str, typer.Option(help="When a saved file was captured (RFC 3339).")] = "",
    grade: Annotated[
        Grade, typer.Option(help="Only official pages state the contract.")
    ] = "official",
    follow: FollowOption = False,
    private: Private = False,
    as_json: Json = False,
) -> None:
    """Fetch or read pages, and store their bytes as they are.

    With --site the pages of a documentation site that concern the operation are found by its
    llms.txt, its sitemap or its links, and fetched one at a time.
    """
    _require_pages(pages, of_site)
    how = Follow(follow, private, named=True)
    with steps.opened(case) as folder:
        stated, given = statement.stated(folder), Given(purpose, url, at, grade)
        added = add(folder, stated, pages, given, how) if pages else ()
        if of_site:
            found = site.add_site(folder, stated, Given(purpose, of_site, at, grade), how, most)
            site.tell(found)
            added += found.sources
        made = steps.judge(folder)
    if as_json:
        print_json({"sources": added})
    else:
        show.sources(added)
        show.silence(made)


def _require_pages(pages: list[str] | None, of_site: str) -> None:
    if not pages and not of_site:
        raise CannotRunError(
            "nothing is named that could be added",
            where="contract add",
            expected="a page's address, a saved page, or --site with a site's address",
            got="none",
        )


@contract.command(name="pack")
def add_shipped_pack(
    case: CaseArg,
    name: Annotated[str, typer.Option(help="Which pack.")] = "cometapi",
    as_json: Json = False,
) -> None:
    """Add the facts that were seen of a provider's pages; they are stale until a refresh."""
    with steps.opened(case) as folder:
        added = add_pack(folder, name)
        steps.judge(folder)
    if as_json:
        print_json({"sources": [added]})
    else:
        show.sources([added])
        say(f"Run `tallystick contract refresh {case}` to fetch the pages of the pack.")


@contract.command(name="index")
def read_index(
    page: Annotated[str, typer.Argument(metavar="URL|FILE", help="An llms.txt index.")],
    follow: FollowOption = False,
    private: Private = False,
    as_json: Json = False,
) -> None:
    """List the pages of a documentation site that concern the operation under review."""
    text = read_page(page, Follow(follow, private, named=True))
    found = ranked(listed(text, page if "://" in page else ""), "", Operation())
    if as_json:
        print_json({"pages": found})
    else:
        show.entries(found)
    raise typer.Exit(EXIT_OK if found else EXIT_UNDECIDED)


@contract.command()
def support(  # noqa: PLR0913 PLR0917 - one option, one parameter
    case: CaseArg,
    date: Annotated[str, typer.Option(help="The date of the answer, such as 2026-11-21.")],
    ticket: Annotated[str, typer.Option(help="The ticket's reference.")],
    says: Annotated[str, typer.Option(help="The exact operational interpretation.")],
    settles: Annotated[
        list[str],
        typer.Option(help="LOCATION:ASPECT=VALUE, or LOCATION:ASPECT=VALUE@CONDITION; repeatable."),
    ],
    who: Annotated[str, typer.Option(help="Who records it: a role or a team.")],
    as_json: Json = False,
) -> None:
    """Record a support answer: what it states is support-confirmed.

    Where a current page states something else, the two are in conflict until one interpretation
    is recorded with `tallystick decide CASE`.
    """
    given = Answered(date, ticket, says, tuple(settles), who)
    with steps.opened(case) as folder:
        entries = record_answer(folder, given)
        made = steps.judge(folder)
    if as_json:
        print_json({"entries": entries})
    else:
        places = {entry.location for entry in entries}
        show.clauses(clause for clause in made.clauses if clause.location in places)


@contract.command(name="review")
def review_candidates(  # noqa: PLR0913 PLR0917 - one option, one parameter
    case: CaseArg,
    accepted: Annotated[
        str, typer.Option("--accept", help="The name of a candidate that the page does state.")
    ] = "",
    rejected: Annotated[
        str, typer.Option("--reject", help="The name of a candidate that it does not state.")
    ] = "",
    value: Annotated[str, typer.Option(help="With --accept: what is documented instead.")] = "",
    who: Annotated[str, typer.Option(help="Who decides: a role or a team.")] = "",
    why: Annotated[str, typer.Option(help="The reason.")] = "read as it stands",
    as_json: Json = False,
) -> None:
    """Show what pages seem to state, by place; accept or reject a sentence.

    A candidate is no clause. Those at the place of the incident's cause come first.
    """
    given = Decision("", "", value, "", who, why, "", "")
    with steps.opened(case) as folder:
        made = steps.judge(folder)
        if accepted:
            citing.accept(made, folder, accepted, given)
        if rejected:
            citing.reject(made, folder, rejected, given)
        made = steps.judge(folder) if accepted or rejected else made
    if as_json:
        seeming = [{"id": c.id, **msgspec.to_builtins(c)} for c in made.candidates]
        print_json({"candidates": seeming})
    else:
        show.candidates(made)


@contract.command(name="cite")
def cite_passage(  # noqa: PLR0913 PLR0917 - one option, one parameter
    case: CaseArg,
    source: Annotated[str, typer.Argument(help="The source, such as A1.")],
    words: Annotated[str, typer.Argument(help="The words as they stand in the page.")],
    states: Annotated[
        str, typer.Option(help="LOCATION:ASPECT=VALUE, or LOCATION:ASPECT=VALUE@CONDITION.")
    ],
    who: Annotated[str, typer.Option(help="Who says so: a role or a team.")],
    why: Annotated[str, typer.Option(help="Why the words state it.")] = "read as it stands",
    as_json: Json = False,
) -> None:
    """Make a clause of words that no reader understood; they are found in the stored page."""
    with steps.opened(case) as folder:
        entry = citing.cite_words(folder, source, words, states, (who, why))
        made = steps.judge(folder)
    if as_json:
        print_json({"entry": entry})
    else:
        show.clauses(clause for clause in made.clauses if clause.location == entry.location)


@contract.command(name="refresh")
def refresh_pages(
    case: CaseArg, follow: FollowOption = False, private: Private = False, as_json: Json = False
) -> None:
    """Fetch every page again, store what came, and show what has changed.

    Exits 0 when nothing has, 1 on drift, 3 when a page could not be checked.
    """
    with steps.opened(case) as folder:
        found = refresh(folder, statement.stated(folder), Follow(follow, private))
        steps.judge(folder)
    _drifted(found, as_json)


@contract.command()
def watch(
    pages: Annotated[Path, typer.Argument(metavar="LIST", help="A TOML file of pages.")],
    state: Annotated[Path, typer.Option(help="The folder that holds the last captures.")],
    follow: FollowOption = False,
    private: Private = False,
    as_json: Json = False,
) -> None:
    """Compare pages with their last captures, without a case; for a scheduled job.

    Exits 0 when nothing has changed, 1 on drift, 3 when a page could not be checked.
    """
    _drifted(watching.watch(pages, state, Follow(follow, private)), as_json)


def _drifted(found: tuple[Refreshed, ...], as_json: bool) -> None:
    if as_json:
        print_json({"sources": found})
    else:
        show.drift(found)
    states = {each.state for each in found}
    code = EXIT_UNDECIDED if "could-not-check" in states else EXIT_OK
    raise typer.Exit(EXIT_FOUND if "drift" in states else code)


@contract.command()
def diff(case: CaseArg, as_json: Json = False) -> None:
    """Lay what production assumes beside what documents and support state.

    Exits 0 when both columns agree everywhere, 1 when they differ or are unresolved somewhere, 3
    when a right column is empty.
    """
    with steps.opened(case) as folder:
        steps.take_settings(folder)
        made = steps.judge(folder)
        found = steps.compared(folder, made)
    if as_json:
        print_json(found)
    else:
        show.comparison(found)
    states = {line.state for line in found.lines}
    wrong = {"differs", "unresolved"} & states or found.broken
    open_ = {"not-production-safe", "unsupported"} & states
    raise typer.Exit(EXIT_FOUND if wrong else EXIT_UNDECIDED if open_ else EXIT_OK)


@contract.command(name="lock")
def lock_contract(
    case: CaseArg,
    out: Annotated[Path, typer.Option(help="Where to write it.")] = Path("contract.lock.toml"),
    as_json: Json = False,
) -> None:
    """Write the verified contract as a lockfile, to be committed beside the application."""
    with steps.opened(case) as folder:
        steps.take_sources(folder)
        made = steps.judge(folder)
    locked = locking.write(out, made)
    if as_json:
        print_json({"file": str(out), "contract": locked})
    else:
        write(f"{out}\n")


@contract.command()
def check(
    lockfile: Annotated[Path, typer.Argument(metavar="LOCK", help="A lockfile.")],
    settings: Annotated[list[Path], typer.Argument(metavar="SETTINGS", help="Settings files.")],
    as_json: Json = False,
) -> None:
    """Compare an application's settings with a lockfile. Exits 0 when they agree, else 1."""
    found = locking.check(lockfile, settings)
    if as_json:
        print_json({"ok": not found, "mismatches": found})
    elif found:
        show.mismatches(found)
    else:
        say("the settings are as the lockfile has them")
    raise typer.Exit(EXIT_FOUND if found else EXIT_OK)
