from io import StringIO

from rich.console import Console

from benchmarks.measuring.progress_bar import RunsBar


def test_without_a_terminal_there_is_a_line_at_both_ends_of_a_run(capsys):
    with RunsBar(2) as bar:
        bar.begin("dmf on [tiny]")
        bar.report(0.5, "epoch 1")
        bar.end("NDCG@10 0.300")
    shown = capsys.readouterr()

    assert shown.out == ""
    assert shown.err == "1 of 2: dmf on [tiny]\n  NDCG@10 0.300; 0 s so far, about 0 s left\n"


def test_a_terminal_sees_the_run_and_the_time_left(capsys):
    screen = StringIO()
    with RunsBar(2, Console(file=screen, force_terminal=True, width=120)) as bar:
        bar.begin("dmf on [tiny]")
        bar.report(0.5, "epoch 1")

    assert "dmf on [tiny]: epoch 1" in screen.getvalue()
    assert "0/2" in screen.getvalue()
    assert capsys.readouterr().err == ""
