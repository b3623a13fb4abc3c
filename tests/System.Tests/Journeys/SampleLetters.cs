using System.Text;

namespace Desk.SystemTests.Journeys;

/// <summary>Four letters of the kinds a desk gets every day, as the programs that send them write them.</summary>
internal static class SampleLetters
{
    private const string Background = ".x { background: url(https://bibliotek.example/b.png) }";

    private const string Normal = "p.MsoNormal { margin:0cm; font-size:11.0pt; font-family:\"Calibri\",sans-serif }";

    private const string Logo = """
        iVBORw0KGgoAAAANSUhEUgAAAKAAAAAwCAIAAAAZy+Y5AAAAlUlEQVR42u3ZMQ0AIAxFwRrBCCJQ
        gDm0YaQOmrABueTPb7lujTbHVdurH02/XgAGDBgwYMAAAAMGDBiwPmDAgAEDBgwYMGDAgAHrAwb8
        6BxEPcCAAQMGDBgwYMCAAQMGDBgwYMCAAQMGDBgwYMCAAQMG5uEPGDBgwAAAAwYMGLA+YMCAAQMG
        DAAwYMCAAesDBgz4q34Cu77w8AkHKz8AAAAASUVORK5CYII=
        """;

    public static byte[] Newsletter(string from, string id) => Bytes($"""
        Return-Path: <bounce@nyheter.example>
        From: =?utf-8?Q?Biblioteket_Nordvik?= <{from}>
        To: support@desk.example
        Subject: =?utf-8?Q?Nytt_fr=C3=A5n_biblioteket_i_november?=
        Date: Sun, 22 Nov 2026 09:00:00 +0100
        Message-ID: <{id}>
        List-Id: <nyheter.bibliotek.example>
        List-Unsubscribe: <https://bibliotek.example/avsluta>
        MIME-Version: 1.0
        Content-Type: multipart/alternative; boundary="alt"

        --alt
        Content-Type: text/plain; charset=utf-8

        Nytt från biblioteket. Läs mer på https://bibliotek.example/nytt
        --alt
        Content-Type: text/html; charset=utf-8

        <!doctype html><html><head><title>Nytt</title><style>@import url(https://bibliotek.example/a.css); {Background}</style><base href="https://bibliotek.example/"></head>
        <body bgcolor="#e9e4d8" style="margin:0"><table width="100%" cellpadding="0" cellspacing="0" bgcolor="#f3efe6"><tr><td align="center">
        <table width="600" cellpadding="0" cellspacing="0" bgcolor="#ffffff"><tr><td bgcolor="#1d5c4e" style="padding:24px;color:#ffffff;font-family:Georgia,serif;font-size:28px">Nytt från biblioteket</td></tr>
        <tr><td style="padding:24px"><img src="https://bibliotek.example/hero.jpg" width="552" height="180" alt="Höst i läsesalen"><h2 style="color:#1d5c4e;font-family:Georgia,serif">Författarkväll den 4 december</h2>
        <p style="font-size:16px;line-height:1.5">Möt fyra författare som skriver om skärgården. Fri entré, kaffe från klockan 18.</p>
        <table cellpadding="0" cellspacing="0"><tr><td bgcolor="#e3a13a" style="padding:12px 20px;border-radius:6px"><a href="https://bibliotek.example/kvall" style="color:#1c2526;text-decoration:none;font-weight:bold">Anmäl dig</a></td></tr></table></td></tr>
        <tr><td style="padding:0 24px 24px"><table width="100%"><tr><td width="50%" valign="top" style="padding-right:12px"><b>Öppet i jul</b><br>23 december 10–14<br>27 december 10–18</td><td width="50%" valign="top"><b>Månadens bok</b><br>”Isvintern”, finns även som ljudbok.</td></tr></table></td></tr>
        <tr><td bgcolor="#f3efe6" style="padding:16px 24px;font-size:12px;color:#566160">Du får brevet för att du har ett lånekort. <a href="https://bibliotek.example/avsluta">Avsluta</a><img src="https://bibliotek.example/open.gif?u=1" width="1" height="1"></td></tr></table>
        </td></tr></table><script>document.title='x'</script></body></html>
        --alt--
        """);

    public static byte[] Question(string from, string id, string subject) => Bytes($"""
        From: Rut Hansson <{from}>
        To: support@desk.example
        Subject: {subject}
        Date: Sun, 22 Nov 2026 13:00:00 +0100
        Message-ID: <{id}>
        Content-Type: text/plain; charset=utf-8

        Hej,

        jag kommer inte åt den gemensamma kalendern sedan i fredags.

        Hälsningar
        Rut
        """);

    /// <summary>As Outlook in Swedish answers: its paragraphs, its signature, and all that was said before under a line.</summary>
    public static byte[] OutlookReply(string from, string id, string answers, string subject) => Bytes($"""
        From: Rut Hansson <{from}>
        To: Servicedesk <support@desk.example>
        Subject: SV: {subject}
        Date: Sun, 22 Nov 2026 14:00:00 +0100
        Message-ID: <{id}>
        In-Reply-To: <{answers}>
        References: <{answers}>
        Content-Language: sv-SE
        MIME-Version: 1.0
        Content-Type: multipart/alternative; boundary="_000_ol"

        --_000_ol
        Content-Type: text/plain; charset="utf-8"

        Hej Anna,

        det fungerar fortfarande inte. Jag får felet "Åtkomst nekad" när jag öppnar kalendern.

        Med vänlig hälsning
        Rut Hansson
        Nordvik kommun | 070-123 45 67

        Från: Servicedesk <support@desk.example>
        Skickat: den 22 november 2026 13:30
        Till: Rut Hansson <{from}>
        Ämne: [D-1] Kalendern

        Hej Rut, jag har gett dig behörighet igen. Prova att starta om Outlook.

        Från: Rut Hansson <{from}>
        Skickat: den 22 november 2026 13:00
        Till: Servicedesk <support@desk.example>
        Ämne: Kalendern

        Hej, jag kommer inte åt den gemensamma kalendern sedan i fredags.
        --_000_ol
        Content-Type: text/html; charset="utf-8"

        <html xmlns:o="urn:schemas-microsoft-com:office:office" xmlns:w="urn:schemas-microsoft-com:office:word"><head><style><!-- {Normal} --></style></head>
        <body lang="SV"><div class="WordSection1"><p class="MsoNormal">Hej Anna,<o:p></o:p></p><p class="MsoNormal"><o:p>&nbsp;</o:p></p><p class="MsoNormal">det fungerar fortfarande inte. Jag får felet ”Åtkomst nekad” när jag öppnar kalendern.<o:p></o:p></p>
        <p class="MsoNormal"><span style="color:#1F497D">Med vänlig hälsning<br><b>Rut Hansson</b><br>Nordvik kommun | 070-123 45 67</span></p>
        <div style="border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm"><p class="MsoNormal"><b>Från:</b> Servicedesk &lt;support@desk.example&gt;<br><b>Skickat:</b> den 22 november 2026 13:30<br><b>Till:</b> Rut Hansson<br><b>Ämne:</b> [D-1] Kalendern</p></div>
        <p class="MsoNormal">Hej Rut, jag har gett dig behörighet igen. Prova att starta om Outlook.</p></div></body></html>
        --_000_ol--
        """);

    public static byte[] Invoice(string from, string id) => Bytes($"""
        From: "Vaktbolaget, ekonomi" <{from}>
        To: support@desk.example
        Subject: Faktura 20261122 =?utf-8?Q?f=C3=B6r_larm?=
        Date: Sun, 22 Nov 2026 10:00:00 +0100
        Message-ID: <{id}>
        MIME-Version: 1.0
        Content-Type: multipart/mixed; boundary="mix"

        --mix
        Content-Type: multipart/related; boundary="rel"

        --rel
        Content-Type: text/html; charset=utf-8

        <html><body><p><img src="cid:logo%40vaktbolaget" alt="Vaktbolaget" width="160" height="48"></p><p>Hej,</p><p>här kommer fakturan för november. Underlaget ligger i kalkylbladet.</p>
        <table border="1" cellpadding="6" cellspacing="0" style="border-collapse:collapse"><tr><th align="left">Tjänst</th><th align="right">Antal</th><th align="right">Belopp</th></tr><tr><td>Larm, abonnemang</td><td align="right">12</td><td align="right">4 800,00 kr</td></tr><tr><td>Utryckning</td><td align="right">1</td><td align="right">1 250,00 kr</td></tr><tr><td><b>Att betala</b></td><td></td><td align="right"><b>6 050,00 kr</b></td></tr></table>
        <p>Frågor? Ring 08-123 45 67.</p></body></html>
        --rel
        Content-Type: image/png; name="logo.png"
        Content-ID: <logo@vaktbolaget>
        Content-Disposition: inline; filename="logo.png"
        Content-Transfer-Encoding: base64

        {Logo}
        --rel--
        --mix
        Content-Type: application/pdf; name="Faktura 20261122.pdf"
        Content-Disposition: attachment; filename="Faktura 20261122.pdf"
        Content-Transfer-Encoding: base64

        {Convert.ToBase64String(Encoding.ASCII.GetBytes("%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"))}
        --mix
        Content-Type: application/octet-stream
        Content-Disposition: attachment; filename*=utf-8''Underlag%20f%C3%B6r%20november.xlsx
        Content-Transfer-Encoding: base64

        UEsDBBQAAAAIAAAAIQA=
        --mix--
        """);

    public static byte[] Bounce(string to, string returned) => Bytes($"""
        Return-Path: <>
        From: Mail Delivery System <mailer-daemon@mx.nordvik.example>
        To: support@desk.example
        Subject: Undelivered Mail Returned to Sender
        Date: Sun, 22 Nov 2026 14:05:00 +0100
        Message-ID: <{Guid.CreateVersion7():N}@mx.nordvik.example>
        Auto-Submitted: auto-replied
        MIME-Version: 1.0
        Content-Type: multipart/report; report-type=delivery-status; boundary="b"

        --b
        Content-Type: text/plain; charset=us-ascii

        This is the mail system at host mx.nordvik.example. I'm sorry to have to inform you that your message could not be delivered.
        --b
        Content-Type: message/delivery-status

        Reporting-MTA: dns; mx.nordvik.example

        Final-Recipient: rfc822; {to}
        Action: failed
        Status: 5.1.1
        Diagnostic-Code: smtp; 550 5.1.1 <{to}>: Recipient address rejected: User unknown
        --b
        Content-Type: text/rfc822-headers

        Message-ID: {returned}
        --b--
        """);

    private static byte[] Bytes(string mail) => Encoding.UTF8.GetBytes(mail.ReplaceLineEndings("\r\n"));
}
