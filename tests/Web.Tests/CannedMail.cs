using System.Globalization;
using System.Text.Json.Nodes;

namespace Desk.Web.Tests;

/// <summary>Mail that became no ticket, as the API tells of it.</summary>
internal static class CannedMail
{
    public const string Text = "Hej!\n\nEr faktura finns bifogad. <b>Betala</b> före den 30 november.";

    public const string Source = "Received: from mx.reklam.example\nFrom: Fakturor <faktura@reklam.example>\nSubject: Er faktura\nX-Spam-Flag: YES\n\nHej! <script>alert(1)</script>";

    public static readonly Guid First = new(1, 9, 7, 8, 0, 0, 0, 0, 0, 0, 1);

    public static IEnumerable<JsonObject> All()
    {
        (string Outcome, string Subject, string? From, string? Name, string Reason, string? Number)[] mails =
        [
            ("quarantined", "Er faktura", "faktura@reklam.example", "Fakturor", "A filter marked it as spam.", null),
            ("automatic", "Veckobrev: nytt från biblioteket och mycket annat som är värt att veta", "nyheter@bibliotek.example", "Biblioteket", "It came by a mailing list (List-Id).", null),
            ("bounce", "Undelivered Mail Returned to Sender", "mailer-daemon@mx.example", "Mail Delivery System", "Not delivered, and will not be: rut.hansson@nordvik.example (5.1.1). User unknown", "D-1042"),
            ("ignored", "Re: Kommer inte in på min dator", "support@desk.example", "Desk", "Its sender is the desk's own address.", null),
            ("automatic", "Autosvar: semester", "maja.oberg@nordvik.example", "Maja Öberg", "Auto-Submitted: auto-replied.", "D-1042"),
            ("quarantined", "", null, null, "It names no sender.", null),
        ];
        return mails.Select((mail, i) => new JsonObject
        {
            ["id"] = new Guid(i + 1, 9, 7, 8, 0, 0, 0, 0, 0, 0, 1).ToString(),
            ["at"] = At(-7 - 31 * i),
            ["source"] = i % 2 == 0 ? "smtp" : "imap",
            ["outcome"] = mail.Outcome,
            ["reason"] = mail.Reason,
            ["number"] = mail.Number,
            ["from"] = mail.From is null ? null : new JsonObject { ["email"] = mail.From, ["name"] = mail.Name },
            ["subject"] = mail.Subject,
            ["messageId"] = $"{i}@mx.example",
            ["envelopeFrom"] = mail.From ?? "",
            ["envelopeTo"] = new JsonArray("support@desk.example"),
            ["damage"] = new JsonArray(),
            ["size"] = 48_000 + 900 * i,
            ["acts"] = i == 0 ? new JsonArray(new JsonObject { ["at"] = At(-2), ["by"] = "Bo Ek", ["act"] = "again", ["was"] = "quarantined", ["became"] = "quarantined" }) : null,
        });
    }

    private static string At(double minutes) => TimeProvider.System.GetUtcNow().AddMinutes(minutes).ToString("o", CultureInfo.InvariantCulture);
}
