"""Quality of ranked lists on public sets and on a shop's purchases."""
