"""Truth: incidents whose cause is known by construction, as a benchmark for incident reviews.

An incident is composed of a fault, a client's habits, a variant of the provider's documents and
a red herring; it is rendered in every capture format that can be asked about it. What a right
review may say follows from the fault and from the parts that the format shows: where the
deciding part is hidden, `undecided` is right and the opposite verdict is false.

    values      calls on the wire, and the truth about a case
    contract    the provider's documents, in variants        yaml_text   writing them as YAML
    dialects    how vendors word a refusal                   answers     answers that are in order
    stage       the client and its calls, while a fault plays
    faults/     the faults                                   catalogue   the table of them
    formats/    the capture formats, and what each shows
    compose     `generate(seed, size)`                       store       `write(case, folder)`
    statuses    `baseline(case_folder)`, from status codes alone

It was written apart from the rules that it judges, and must stay so: labels follow from the
construction, never from what a reviewer answers.
"""

from .compose import generate
from .statuses import baseline
from .store import write
from .values import Case, Truth

__all__ = ["Case", "Truth", "baseline", "generate", "write"]
