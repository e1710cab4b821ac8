"""What persons decide: interpretations, citations, signatures, and the seal."""
