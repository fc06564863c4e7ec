from benchmarks.sections import SECTIONS


def test_every_section_can_be_measured_and_told_apart():
    for name, section in SECTIONS.items():
        assert name.isidentifier()
        assert section.command.startswith("python -m benchmarks."), name
        assert section.names, name
        for columns in section.tables.values():
            keys = [column.key for column in (*section.names, *columns)]
            assert len(keys) == len(set(keys)), name
            heads = [column.head for column in (*section.names, *columns)]
            assert all(heads), name


def test_quality_shows_what_is_asked_of_it():
    shown = {column.key for columns in SECTIONS["quality"].tables.values() for column in columns}

    assert {"hr_at_10", "ndcg_at_10", "hr_at_10_cold", "ndcg_at_20_full", "fit_seconds", "peak_rss_mib"} <= shown
