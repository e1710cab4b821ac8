"""What reaches other machines: pages fetched, requests replayed, and where they may go."""
