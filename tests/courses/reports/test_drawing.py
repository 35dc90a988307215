"""Places of what is drawn, in units of the drawing."""

from courses.reports.drawing import draw_bars, draw_columns, draw_dots


def test_bars_stand_for_shares_and_intervals():
    drawn = draw_bars([("A", "3/4", 0.75, (0.5, 1.0)), ("B", "1/2", None, None), ("C", "", 1.5, None)])
    assert [(bar.width, bar.left, bar.right) for bar in drawn.bars] == [
        (210.0, 140.0, 280.0),
        (None, None, None),
        (280.0, None, None),
    ]
    assert drawn.height == 158


def test_nothing_is_drawn_of_nothing():
    assert (draw_bars([]), draw_bars([("A", "1/2", None, None)])) == (None, None)
    assert (draw_columns([]), draw_columns([("A", 0)]), draw_dots([])) == (None, None, None)


def test_columns_stand_in_a_row():
    drawn = draw_columns([("A", 5), ("B", 0), ("C", 10), ("D", 1)], line=[0, 0, 5, 10])
    assert [(each.x, each.y, each.height) for each in drawn.columns] == [
        (19.0, 70.0, 70.0),
        (159.0, 0.0, 140.0),
        (229.0, 126.0, 14.0),
    ]
    assert drawn.line == "35.0,140.0 105.0,140.0 175.0,70.0 245.0,0.0"
    assert (drawn.first, drawn.last, drawn.top) == ("A", "D", "10")
    assert draw_columns([("A", 5)]).last == ""


def test_many_columns_leave_no_gap():
    drawn = draw_columns([(str(number), 1) for number in range(140)])
    assert [(each.x, each.width) for each in drawn.columns[:2]] == [(0.0, 2.0), (2.0, 2.0)]


def test_a_dot_below_zero_is_trouble():
    drawn = draw_dots([("A", 0.5, 0.5), ("B", 1.0, -1.0)])
    assert [(dot.x, dot.y, dot.is_trouble) for dot in drawn.dots] == [(120.0, 60.0, False), (240.0, 240.0, True)]
