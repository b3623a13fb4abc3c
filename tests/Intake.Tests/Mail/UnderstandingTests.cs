using System.Text;
using Desk.Intake.Mail.Reading;
using Desk.Intake.Mail.Replies;
using Desk.Intake.Mail.Understanding;

namespace Desk.Intake.Tests.Mail;

public sealed class UnderstandingTests
{
    private static readonly DeskMail Desk = new("support@desk.example", "desk.example");

    [Theory]
    [InlineData("Auto-Submitted: auto-replied", nameof(MailKind.OutOfOffice))]
    [InlineData("Auto-Submitted: no", nameof(MailKind.Ordinary))]
    [InlineData("Precedence: junk", nameof(MailKind.Automatic))]
    [InlineData("List-Unsubscribe: <https://a.example>", nameof(MailKind.Automatic))]
    [InlineData("X-Auto-Response-Suppress: None", nameof(MailKind.Ordinary))]
    [InlineData("X-Loop: support@desk.example", nameof(MailKind.Own))]
    [InlineData("Subject: Automatiskt svar: Skrivaren", nameof(MailKind.OutOfOffice))]
    [InlineData("Subject: Out of office does not work in Outlook", nameof(MailKind.Ordinary))]
    [InlineData("Subject: Delivery failure of my parcel", nameof(MailKind.Ordinary))]
    [InlineData("Subject: Fwd: Undelivered Mail Returned to Sender", nameof(MailKind.Ordinary))]
    public void A_machine_is_told_from_a_person(string header, string kind)
        => Assert.Equal(kind, Kind($"From: anna@a.example\n{header}\n\nHej").Kind.ToString());

    [Theory]
    [InlineData("noreply@a.example")]
    [InlineData("MAILER-DAEMON@a.example")]
    [InlineData("no-reply+x@a.example")]
    public void A_sender_that_takes_no_answer_is_a_machine(string sender) => Assert.Equal(MailKind.Automatic, Kind($"From: {sender}\n\nNews").Kind);

    [Fact]
    public void An_empty_envelope_sender_wants_no_answer() => Assert.Equal(MailKind.Automatic, MailKinds.Of(Read("From: anna@a.example\n\nHej"), "", Desk).Kind);

    [Theory]
    [InlineData("550 5.1.1 <anna@a.example>: User unknown", true)]
    [InlineData("550 5.1.2 Host unknown", true)]
    [InlineData("551 5.1.6 User has moved to anna@b.example", true)]
    [InlineData("552 5.2.2 Mailbox full", false)]
    [InlineData("550 5.1.1 Mailbox over quota", false)]
    [InlineData("550 5.7.1 Message rejected as spam", false)]
    [InlineData("451 4.4.1 Connection timed out", false)]
    [InlineData("550 5.7.26 Unauthenticated mail is not accepted due to the DMARC policy", false)]
    public void Whether_an_address_works_is_read_from_the_words(string diagnostic, bool permanent)
    {
        var bounce = Kind($"""
            From: mailer-daemon@mx.example
            Subject: Undelivered Mail Returned to Sender
            Content-Type: multipart/report; report-type=delivery-status; boundary=b

            --b

            Sorry.
            --b
            Content-Type: message/delivery-status

            Reporting-MTA: dns; mx.example

            Final-Recipient: rfc822; anna@a.example
            Action: failed
            Status: {diagnostic.Split(' ')[1]}
            Diagnostic-Code: smtp; {diagnostic}
            --b--
            """).Bounce!;
        Assert.Equal(permanent, bounce.Failed.Single().Permanent);
        Assert.Equal("anna@a.example", bounce.Failed.Single().Address);
    }

    [Theory]
    [InlineData("Tack!\n\nDen 22 nov. 2026 kl. 14:00 skrev Desk <support@desk.example>:\n> Hej", "Tack!")]
    [InlineData("Tack!\n\nSkickat från min iPhone\n\n22 nov. 2026 kl. 14:00 skrev Desk <a@b.example>:\n\n> Hej", "Tack!")]
    [InlineData("Tack!\n\nFrån: Desk <a@b.example>\nSkickat: den 22 november 2026 14:00\nTill: Anna\nÄmne: SV: Skrivaren\n\nHej", "Tack!")]
    [InlineData("Kiitos!\n\nLähettäjä: Desk\nLähetetty: 22.11.2026\nVastaanottaja: Anna\nAihe: VS: x\n\nHei", "Kiitos!")]
    [InlineData("Danke!\n\nAm 22.11.2026 um 14:00 schrieb Desk <a@b.example>:\n> Hallo", "Danke!")]
    [InlineData("Merci !\n\nLe dim. 22 nov. 2026 à 14:00, Desk <a@b.example> a écrit :\n> Bonjour", "Merci !")]
    [InlineData("Dank!\n\nOp 22 nov. 2026 om 14:00 schreef Desk <a@b.example>:\n> Hallo", "Dank!")]
    [InlineData("Takk!\n\nsøn. 22. nov. 2026 kl. 14:00 skrev Desk <a@b.example>:\n> Hei", "Takk!")]
    [InlineData("谢谢\n\n在 2026年11月22日,下午2:00,Desk <a@b.example> 写道:\n> 你好", "谢谢")]
    [InlineData("Дякую\n\nнд, 22 лист. 2026 р. о 14:00 Desk <a@b.example> пише:\n> Вітаю", "Дякую")]
    [InlineData("On 22 Nov 2026, Anna wrote:\n> is it on?\nYes.", "Yes.")]
    [InlineData("Yes.\n-- \nAnna Lind\nNordvik", "Yes.")]
    [InlineData("> is it on?\nYes.\n> and paper?\nNo.", "> is it on?\nYes.\n> and paper?\nNo.")]
    [InlineData("I wrote it down.", "I wrote it down.")]
    [InlineData("> only a quote", "> only a quote")]
    public void What_a_person_wrote_is_parted_from_what_they_quoted(string text, string written) => Assert.Equal(written, WrittenText.Of(text).Written);

    [Theory]
    // A word that nobody is there, at the moment when receivers are asked, or with a code that says the same.
    [InlineData("host mx.a.example said: 550 5.2.1 <anna@a.example>... User Unknown (in reply to RCPT TO command)", true)]
    [InlineData("SMTP:RCPT host 192.0.2.8: 553 5.3.0 <anna@a.example>... No such user here", true)]
    [InlineData("host mx.a.example said: 550 5.1.1 User\n    unknown (in reply to end of DATA command)", true)]
    [InlineData("554 5.7.1 <anna@a.example>: Recipient address rejected: Access denied", true)]
    [InlineData("an MX or SRV record indicated no SMTP service", true)]
    // The receiver had been taken, or it was the sender that was refused.
    [InlineData("host mx.a.example said: 550 Unknown user anna@a.example (in reply to end of DATA command)", false)]
    [InlineData("SMTP error from remote mail server after MAIL FROM:<support@desk.example>:\n    550 5.1.7 No such domain desk.example.", false)]
    [InlineData("Connected to 192.0.2.112 but my name was rejected.\nRemote host said: 501 5.0.0 Invalid domain name", false)]
    [InlineData("Name service error for domain a.example: Host not\n    found, try again", false)]
    [InlineData("550 5.0.0 <anna@a.example>: Recipient address rejected: On hold", false)]
    public void In_a_bounce_without_a_report_the_words_and_the_moment_decide(string said, bool permanent)
    {
        var bounce = Kind($"From: MAILER-DAEMON@mx.example\nSubject: Undelivered Mail Returned to Sender\n\nYour message could not be delivered.\n\n<anna@a.example>: {said}\n").Bounce!;
        Assert.Equal(("anna@a.example", permanent), (bounce.Failed.Single().Address, bounce.Failed.Single().Permanent));
    }

    [Fact]
    public void Each_receiver_is_judged_by_its_own_lines()
    {
        var bounce = Kind("""
            From: MAILER-DAEMON@mx.example
            Subject: Delivery status notification: failed

            An error has occurred while attempting to deliver a message.

            anna@a.example: 550 5.1.1 <anna@a.example>: Recipient address rejected: User unknown
            bo@a.example: 552 5.2.2 <bo@a.example>: Recipient address rejected: Mailbox full

            For help, write to help@mx.example.
            """).Bounce!;
        Assert.Equal([("anna@a.example", true), ("bo@a.example", false)], bounce.Failed.Select(failed => (failed.Address, failed.Permanent)));
    }

    [Fact]
    public void A_full_mailbox_in_the_words_weighs_more_than_a_code_that_nobody_is_there()
        => Assert.False(Kind("""
            From: MAILER-DAEMON@mx.example
            Subject: Returned mail
            Content-Type: multipart/report; report-type=delivery-status; boundary=b

            --b

            Your message was automatically rejected: not enough disk space.
            --b
            Content-Type: message/delivery-status

            Final-Recipient: rfc822; anna@a.example
            Action: failed
            Status: 5.1.1
            Diagnostic-Code: smtp; 550 5.1.1 User unknown
            --b--
            """).Bounce!.Failed.Single().Permanent);

    [Fact]
    public void A_bounce_told_as_JSON_is_read()
    {
        var understood = Kind("""
            From: no-reply@sns.example
            Subject: Notification Message

            {"notificationType":"Bounce","bounce":{"bounceType":"Permanent","bouncedRecipients":[{"emailAddress":"anna@a.example","status":"5.1.1","diagnosticCode":"smtp; 550 5.1.1 user unknown"}]},"mail":{"headers":[{"name":"Message-ID","value":"<one@desk.example>"}]}}

            --
            To stop these mails, click here.
            """);
        Assert.Equal(("anna@a.example", true), (understood.Bounce!.Failed.Single().Address, understood.Bounce.Failed.Single().Permanent));
        Assert.Equal(["one@desk.example"], understood.Bounce.ReturnedMessageIds);
    }

    [Theory]
    [InlineData("Automatiskt svar")]
    [InlineData("Frånvaro")]
    [InlineData("Automatisk svar")]
    [InlineData("Fravær")]
    [InlineData("Automaattinen vastaus")]
    [InlineData("Automatic reply")]
    [InlineData("Out of Office")]
    [InlineData("Automatische Antwort")]
    [InlineData("Abwesenheitsnotiz")]
    [InlineData("Réponse automatique")]
    [InlineData("Automatisch antwoord")]
    [InlineData("Respuesta automática")]
    [InlineData("Risposta automatica")]
    [InlineData("Resposta automática")]
    [InlineData("Odpowiedź automatyczna")]
    [InlineData("Автоматический ответ")]
    [InlineData("Автоматична відповідь")]
    [InlineData("自动答复")]
    [InlineData("自动回复")]
    public void An_absence_is_known_in_every_language_by_how_its_subject_begins(string begin)
    {
        Assert.Equal(MailKind.OutOfOffice, Kind($"From: anna@a.example\nSubject: {begin}: Skrivaren\n\nBorta.").Kind);
        Assert.Equal(MailKind.Ordinary, Kind($"From: anna@a.example\nSubject: Re: {begin} fungerar inte\n\nHej.").Kind);
    }

    [Theory]
    [InlineData("X-Spam-Flag: YES", true)]
    [InlineData("X-Spam-Flag: NO", false)]
    [InlineData("X-Spam-Status: Yes, score=8.1 required=5.0", true)]
    [InlineData("X-Spam-Status: No, score=-1.9 required=5.0", false)]
    [InlineData("X-Spam-Status: No\nX-Spam-Status: Yes, score=9", true)]
    [InlineData("X-Spam: Yes", true)]
    [InlineData("X-Rspamd-Action: add header", true)]
    [InlineData("X-Rspamd-Action: no action", false)]
    [InlineData("X-Spamd-Result: default: True [15.20 / 15.00]", true)]
    [InlineData("X-Spamd-Result: default: False [1.20 / 15.00]", false)]
    [InlineData("X-MS-Exchange-Organization-SCL: 6", true)]
    [InlineData("X-MS-Exchange-Organization-SCL: -1", false)]
    [InlineData("X-Forefront-Antispam-Report: CIP:192.0.2.1;CTRY:SE;SCL:5;SFV:SPM;CAT:SPM", true)]
    [InlineData("X-Forefront-Antispam-Report: CIP:192.0.2.1;SCL:1;SFV:NSPM;CAT:NONE", false)]
    [InlineData("X-Virus-Status: Infected (Eicar)", true)]
    [InlineData("X-Virus-Status: Clean", false)]
    public void What_a_filter_in_front_says_is_heard(string header, bool spam) => Assert.Equal(spam, SpamSigns.Of(Read(header + "\n\n").Headers) is not null);

    [Theory]
    [InlineData("Authentication-Results: mx.desk.example; dkim=pass header.d=desk.example", true)]
    [InlineData("Authentication-Results: mx.desk.example (filter); spf=pass smtp.mailfrom=desk.example; dmarc=pass (p=reject) header.from=desk.example", true)]
    [InlineData("Authentication-Results: mx.desk.example; spf=pass smtp.mailfrom=desk.example", false)]
    [InlineData("Authentication-Results: mx.desk.example; dkim=pass header.d=elsewhere.example", false)]
    [InlineData("Authentication-Results: mx.desk.example; dkim=pass header.d=example", false)]
    [InlineData("Authentication-Results: mx.desk.example; dkim=fail header.d=desk.example", false)]
    [InlineData("Authentication-Results: mx.elsewhere.example; dkim=pass header.d=desk.example", false)]
    [InlineData("Authentication-Results: mx.desk.example; dkim=none\nAuthentication-Results: mx.desk.example; dkim=pass header.d=desk.example", false)]
    [InlineData("Authentication-Results: mx.desk.example; dkim=fail (dkim=pass header.d=desk.example)", false)]
    [InlineData("From: anna@elsewhere.example\nAuthentication-Results: mx.desk.example; dkim=pass header.d=desk.example", false)]
    [InlineData("X-Nothing: at all", false)]
    public void Only_our_own_filter_proves_a_sender(string header, bool proved)
        => Assert.Equal(proved, SenderProof.Of(Read($"{header}\nFrom: Anna Lind <anna.lind@desk.example>\n\nHej"), "mx.desk.example"));

    [Theory]
    [InlineData("VB: Skrivaren", "Kan ni ta den här?\n\nMvh Anna\n\nFrån: Rut Hansson <rut@a.example>\nSkickat: den 23 november 2026 09:15\nTill: Anna Lind\nÄmne: Skrivaren\n\nDen skriver inte.", "Kan ni ta den här?")]
    [InlineData("Fwd: Skrivaren", "---------- Forwarded message ---------\nFrom: Rut Hansson <rut@a.example>\nDate: Mon, Nov 23, 2026 at 9:15 AM\nSubject: Skrivaren\nTo: <anna.lind@desk.example>\n\n\nDen skriver inte.", "")]
    [InlineData("Fwd: Skrivaren", "Se nedan.\n\nBegin forwarded message:\n\n> From: Rut Hansson <rut@a.example>\n> Subject: Skrivaren\n> Date: 23 November 2026\n> To: anna.lind@desk.example\n> \n> Den skriver inte.", "Se nedan.")]
    [InlineData("WG: Skrivaren", "Von: Rut Hansson [mailto:rut@a.example]\nGesendet: Montag, 23. November 2026 09:15\nAn: Anna Lind\nBetreff: Skrivaren\n\nDen skriver inte.", "")]
    public void A_forward_says_whose_mail_it_was(string subject, string text, string comment)
    {
        var forward = Forward.Of(Read($"From: anna.lind@desk.example\nSubject: {subject}\nContent-Type: text/plain; charset=utf-8\n\n{text}"))!;
        Assert.Equal(("rut@a.example", "Rut Hansson", "Skrivaren", "Den skriver inte.", comment), (forward.From.Address, forward.From.Name, forward.Subject, forward.Text, forward.Comment));
    }

    [Fact]
    public void An_answer_with_a_header_in_it_is_no_forward()
        => Assert.Null(Forward.Of(Read("From: anna@a.example\nSubject: SV: Skrivaren\n\nTack!\n\nFrån: Desk <support@desk.example>\nSkickat: i dag\nTill: Anna\nÄmne: Skrivaren\n\nHej")));

    private static Understood Kind(string mail) => MailKinds.Of(Read(mail), null, Desk);

    private static ReceivedMail Read(string mail) => MailReader.ReadUnguarded(Encoding.UTF8.GetBytes(mail.ReplaceLineEndings("\r\n")), MailLimits.Usual);
}
