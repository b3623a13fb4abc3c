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

    private static Understood Kind(string mail) => MailKinds.Of(Read(mail), null, Desk);

    private static ReceivedMail Read(string mail) => MailReader.ReadUnguarded(Encoding.UTF8.GetBytes(mail.ReplaceLineEndings("\r\n")), MailLimits.Usual);
}
