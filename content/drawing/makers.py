"""Every maker by the name that catalogues use."""

from collections.abc import Callable

from content.drawing.canvas import Drawing
from content.drawing.charts import schedule_grid, score_chart
from content.drawing.coil import coil_on_head
from content.drawing.console import console
from content.drawing.papers import device_log, order_sheet, screening_form, session_note
from content.drawing.scalp import scalp_from_above, scalp_profile
from content.drawing.traces import mep_traces
from content.drawing.trains import pulse_trains, session_time_line

Maker = Callable[..., Drawing]

MAKERS: dict[str, Maker] = {
    maker.__name__: maker
    for maker in (
        coil_on_head,
        console,
        device_log,
        mep_traces,
        order_sheet,
        pulse_trains,
        scalp_from_above,
        scalp_profile,
        schedule_grid,
        score_chart,
        screening_form,
        session_note,
        session_time_line,
    )
}
