"""What is installed on which kind of machine, under the names inventories really show."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Program:
    """A title on some share of the machines (percent) of a kind."""

    name: str
    publisher: str
    version: str
    percent: int = 100


MICROSOFT, ADOBE, AUTODESK, JETBRAINS = (
    "Microsoft Corporation",
    "Adobe Inc.",
    "Autodesk, Inc.",
    "JetBrains s.r.o.",
)

DESK = (
    Program("Microsoft Edge", MICROSOFT, "131.0.2903.51"),
    Program("Google Chrome", "Google LLC", "131.0.6778.86", 88),
    Program("Mozilla Firefox (x64 en-GB)", "Mozilla", "133.0", 41),
    Program("7-Zip 24.08 (x64)", "Igor Pavlov", "24.08", 82),
    Program("Notepad++ (64-bit x64)", "Notepad++ Team", "8.7.1", 46),
    Program("VLC media player", "VideoLAN", "3.0.21", 37),
    Program("Microsoft Visual C++ 2015-2022 Redistributable (x64) - 14.40.33810", MICROSOFT, "14.40.33810.0"),
    Program("Microsoft Visual C++ 2015-2022 Redistributable (x86) - 14.40.33810", MICROSOFT, "14.40.33810.0"),
    Program("Microsoft Windows Desktop Runtime - 8.0.10 (x64)", MICROSOFT, "8.0.10.34118", 74),
    Program("Microsoft Update Health Tools", MICROSOFT, "5.72.0.0"),
    Program("Intel(R) Graphics Driver", "Intel Corporation", "31.0.101.5592", 63),
    Program("Realtek Audio Driver", "Realtek Semiconductor Corp.", "6.0.9700.1", 58),
    Program("Dell SupportAssist", "Dell Inc.", "4.0.3.61633", 44),
    Program("Microsoft Teams", MICROSOFT, "24295.605.3225.8804"),
    Program("Microsoft OneDrive", MICROSOFT, "24.201.1006.0005"),
    Program("Microsoft 365 Apps for enterprise - en-us", MICROSOFT, "16.0.17928.20216", 93),
    Program("Microsoft 365 Apps for enterprise - de-de", MICROSOFT, "16.0.17928.20216", 31),
    Program("Adobe Acrobat Reader (64-bit)", ADOBE, "24.004.20220", 71),
    Program("Zoom Workplace (64-bit)", "Zoom", "6.2.7.49583", 77),
    Program("CrowdStrike Windows Sensor", "CrowdStrike, Inc.", "7.18.18605.0", 97),
    Program("KB5046613", MICROSOFT, "1", 90),
    Program("Halden Timesheet", "Halden Shared Services", "3.2", 66),
    Program("WinRAR 7.01 (64-bit)", "win.rar GmbH", "7.01.0", 11),
    Program("TeamViewer", "TeamViewer", "15.59.3", 9),
    Program("Snagit 2024", "TechSmith Corporation", "24.3.3", 8),
    Program("Java 8 Update 431 (64-bit)", "Oracle Corporation", "8.0.4310.10", 6),
    Program("Microsoft Visual C++ 2013 Redistributable (x86) - 12.0.40664", MICROSOFT, "12.0.40664.0", 85),
    Program("Microsoft Visual C++ 2010  x64 Redistributable - 10.0.40219", MICROSOFT, "10.0.40219", 80),
    Program("Microsoft ASP.NET Core 8.0.10 - Shared Framework (x64)", MICROSOFT, "8.0.10.24468", 60),
    Program("Microsoft Edge WebView2 Runtime", MICROSOFT, "131.0.2903.51"),
    Program("Office 16 Click-to-Run Extensibility Component", MICROSOFT, "16.0.17928.20216", 93),
    Program("Office 16 Click-to-Run Localization Component", MICROSOFT, "16.0.17928.20216", 93),
    Program("Dell Command | Update for Windows Universal", "Dell Inc.", "5.4.0", 44),
    Program("PuTTY release 0.82 (64-bit)", "Simon Tatham", "0.82.0.0", 35),
)
STRAY = (Program("Microsoft Visio Professional 2021 - en-us", MICROSOFT, "16.0.14332.20771", 2),)
"""What turns up here and there without anybody having bought it."""

TASTES: dict[str, tuple[Program, ...]] = {
    "design": (
        Program("Adobe Photoshop 2025", ADOBE, "26.0", 82),
        Program("Adobe Illustrator 2025", ADOBE, "29.0.1", 71),
        Program("Adobe InDesign 2025", ADOBE, "20.0", 52),
        Program("Adobe After Effects 2025", ADOBE, "25.0", 28),
        Program("Figma", "Figma, Inc.", "124.6.5", 64),
        Program("Cinema 4D", "Maxon Computer GmbH", "2024.5.1", 12),
        Program("Miro", "Miro", "0.8.74", 48),
    ),
    "software": (
        Program("IntelliJ IDEA 2024.2.4", JETBRAINS, "242.23726.103", 44),
        Program("JetBrains Rider 2024.2.7", JETBRAINS, "242.23726.132", 16),
        Program("PyCharm Professional 2024.2.4", JETBRAINS, "242.23726.102", 21),
        Program("Visual Studio Enterprise 2022", MICROSOFT, "17.11.35431.28", 14),
        Program("Microsoft Visual Studio Code", MICROSOFT, "1.95.3", 82),
        Program("Docker Desktop", "Docker Inc.", "4.35.1", 61),
        Program("Git", "The Git Development Community", "2.47.0.2", 90),
        Program("Python 3.12.7 (64-bit)", "Python Software Foundation", "3.12.7150.0", 55),
        Program("Postman x86_64 11.20.0", "Postman", "11.20.0", 38),
        Program("Tableau 2024.2", "Tableau Software, LLC", "24.2.0", 9),
        Program("Beyond Compare 5.0.3", "Scooter Software", "5.0.3.30258", 18),
        Program("Slack", "Slack Technologies Inc.", "4.41.97", 85),
    ),
    "marine": (
        Program("AutoCAD 2025 - English", AUTODESK, "25.0.58.0", 46),
        Program("Autodesk Inventor Professional 2025", AUTODESK, "29.1.23600.0000", 19),
        Program("Autodesk Revit 2025", AUTODESK, "25.2.0.38", 17),
        Program("SOLIDWORKS 2024 SP3", "Dassault Systemes SolidWorks Corp", "32.130.0056", 14),
        Program("ANSYS 2024 R1", "ANSYS, Inc.", "24.1", 7),
        Program("MATLAB R2024b", "MathWorks", "24.2", 12),
        Program("Bluebeam Revu 21", "Bluebeam, Inc.", "21.2.0", 33),
        Program("Rhino 8", "Robert McNeel & Associates", "8.13.24317", 22),
        Program("HullCalc", "Halden Marine", "7.4", 39),
    ),
    "office": (
        Program("SAP GUI for Windows 8.00  (Patch 5)", "SAP SE", "8.00", 58),
        Program("Microsoft Visio Professional 2021 - en-us", MICROSOFT, "16.0.14332.20771", 12),
        Program("Microsoft Project Professional 2021 - en-us", MICROSOFT, "16.0.14332.20771", 9),
        Program("Adobe Acrobat Pro (64-bit)", ADOBE, "24.004.20220", 24),
        Program("Foxit PDF Editor", "Foxit Software Inc.", "2024.3.0.26795", 6),
        Program("Tableau 2024.2", "Tableau Software, LLC", "24.2.0", 11),
        Program("ABBYY FineReader PDF 16", "ABBYY Development Inc.", "16.0.14", 4),
        Program("DATEV Arbeitsplatz", "DATEV eG", "14.22", 18),
    ),
}

WINDOWS_SERVER = (
    Program("Microsoft Visual C++ 2015-2022 Redistributable (x64) - 14.40.33810", MICROSOFT, "14.40.33810.0"),
    Program("Microsoft Visual C++ 2013 Redistributable (x64) - 12.0.40664", MICROSOFT, "12.0.40664.0", 60),
    Program("Microsoft .NET Runtime - 8.0.10 (x64)", MICROSOFT, "8.0.10.34118", 70),
    Program("Microsoft Monitoring Agent", MICROSOFT, "10.20.18076.0", 70),
    Program("CrowdStrike Windows Sensor", "CrowdStrike, Inc.", "7.18.18605.0", 96),
    Program("Veeam Agent for Microsoft Windows", "Veeam Software Group GmbH", "6.2.0.121", 52),
    Program("7-Zip 24.08 (x64)", "Igor Pavlov", "24.08", 50),
    Program("VMware Tools", "VMware, Inc.", "12.4.5.23787635", 60),
    Program("KB5046615", MICROSOFT, "1"),
    Program("Zabbix Agent 2 (64-bit)", "Zabbix SIA", "6.4.20", 70),
    Program("Datadog Agent", "Datadog, Inc.", "7.59.0.0", 40),
)
SQL_SERVER = (
    Program("Microsoft ODBC Driver 17 for SQL Server", MICROSOFT, "17.10.6.1"),
    Program("Microsoft SQL Server 2022 Setup (English)", MICROSOFT, "16.0.1121.4"),
    Program("Browser for SQL Server 2022", MICROSOFT, "16.0.1000.6"),
    Program("Microsoft VSS Writer for SQL Server 2022", MICROSOFT, "16.0.1000.6"),
    Program("Microsoft SQL Server Management Studio - 20.2", MICROSOFT, "20.2.30.0", 60),
)
PACKAGES = (
    "adduser apt base-files bash bind9-host ca-certificates coreutils cron curl dbus debianutils diffutils dpkg e2fsprogs "
    "fdisk findutils gawk gcc-12-base git gnupg grep gzip hostname htop ifupdown init iproute2 iptables isc-dhcp-client "
    "kmod less libc6 libcurl4 libssl3 libsystemd0 locales login logrotate lsof mawk mount nano ncurses-base net-tools "
    "nginx openssh-server openssl passwd perl-base procps python3 python3.11 rsync rsyslog sed sudo systemd tar tzdata "
    "ucf udev util-linux vim-tiny wget xz-utils zlib1g zabbix-agent2"
).split()
