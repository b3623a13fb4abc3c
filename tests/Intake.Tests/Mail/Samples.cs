namespace Desk.Intake.Tests.Mail;

/// <summary>Mails of our own, one of each kind, for the fuzzing.</summary>
internal static class Samples
{
    public static readonly string[] All =
    [
        """
        From: =?utf-8?Q?M=C3=A4rta_=C3=96st?= <marta@nordvik.example>
        To: "Support, Desk" <support@desk.example>, bo@b.example (Bo)
        Subject: =?iso-8859-1?B?U2tyaXZhcmVu?= =?utf-8?Q?_p=C3=A5_plan_3?=
        Date: Sun, 22 Nov 2026 14:00:00 +0100 (CET)
        Message-ID: <one@client.example>
        References: <a@b> <c@d>
        Content-Type: text/plain; charset="iso-8859-1"; format=flowed; delsp=yes
        Content-Transfer-Encoding: quoted-printable

        Hej, den skriver=20
        inte l=E4ngre.=
        > citat 

        -- 
        M=E4rta
        """,
        """
        From: a@b.example
        Content-Type: multipart/mixed; boundary="x=_1"

        --x=_1
        Content-Type: multipart/alternative; boundary=y

        --y
        Content-Type: text/plain; charset=utf-8
        Content-Transfer-Encoding: base64

        SGVqIHDDpSBkaWcs
        dMOkbmRh
        --y
        Content-Type: text/html; charset=windows-1252

        <html><head><style>p { color: red }</style></head><body><p>Hej &auml; <a href="https://a.example/?a=1&amp;b">l&#228;nk</a><blockquote>sagt</blockquote></body>
        --y--
        --x=_1
        Content-Type: application/pdf; name*0*=utf-8''r%C3%A4k; name*1=ning.pdf
        Content-Disposition: attachment; filename="=?utf-8?B?csOka25pbmcucGRm?="
        Content-ID: <cid1@a>
        Content-Transfer-Encoding: base64

        JVBERi0xLjQK
        --x=_1
        Content-Type: message/rfc822

        From: inner@b.example
        Subject: inside
        Content-Type: multipart/mixed; boundary=z

        --z

        inner text
        --z--
        --x=_1--
        """,
        """
        Return-Path: <>
        From: MAILER-DAEMON@mx.example
        Subject: Undelivered Mail Returned to Sender
        Content-Type: multipart/report; report-type=delivery-status; boundary=b

        --b

        <anna@a.example>: host mx.a.example said: 550 5.1.1 User unknown
        --b
        Content-Type: message/delivery-status

        Reporting-MTA: dns; mx.example

        Final-Recipient: rfc822; anna@a.example
        Action: failed
        Status: 5.1.1
        Diagnostic-Code: smtp; 550 5.1.1 User unknown
        --b
        Content-Type: text/rfc822-headers

        Message-ID: <D-1001.0190f000000070008000000000000001.0123456789abcdef0123@desk.example>
        --b--
        """,
        """
        From: uu@a.example
        Subject: old way
        Content-Transfer-Encoding: x-uuencode

        text
        begin 644 hej.txt
        #:&5J
        `
        end
        after
        """,
        """
        From: cal@a.example
        Content-Type: text/calendar; method=REQUEST

        BEGIN:VCALENDAR
        BEGIN:VEVENT
        SUMMARY:Möte om
         skrivare
        DTSTART:20261123T080000Z
        END:VEVENT
        END:VCALENDAR
        """,
        "From: jp@a.example\nSubject: \u001B$B$^$_$`\u001B(B\nContent-Type: text/plain; charset=iso-2022-jp\n\n\u001B$B$3$s\u001B(B +AOQ- =?q?\n",
    ];
}
