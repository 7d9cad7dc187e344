"""The register of icons: every icon a page may name. The sprite holds these and no others."""

# Names are Lucide's own. A page that names an icon missing here fails the test of the register.
ICONS: frozenset[str] = frozenset(
    """
    activity archive arrow-down arrow-down-up arrow-left arrow-right arrow-right-left arrow-up arrow-up-right
    badge-check ban bell book-open bookmark boxes building-2
    calculator calendar calendar-check calendar-clock calendar-days chart-column check
    chevron-down chevron-left chevron-right chevron-up chevrons-up-down
    circle circle-alert circle-check circle-dot circle-question-mark circle-x clock code coins columns-3 copy cpu
    database download ellipsis external-link eye eye-off
    file-check file-down file-spreadsheet file-text fingerprint-pattern flag folder
    gauge git-branch globe hard-drive hash history inbox info key-round keyboard
    languages laptop layers layout-dashboard life-buoy link list list-filter lock log-in log-out
    mail map-pin menu merge message-square minus monitor moon network
    package paperclip pause pencil percent piggy-bank play plug plus printer
    radar receipt refresh-cw rotate-ccw rows-3
    scale search send server settings shapes share-2 shield-check smartphone sparkles split square star sun
    tag ticket trash-2 triangle-alert undo-2 upload user user-plus user-x users
    wallet webhook workflow x zap
    """.split(),
)
