namespace Desk.Web.Shared;

/// <summary>
/// Intake says in English why a mail became what it became. The common reasons are put into the reader's words; what came from a mail itself, such as a
/// server's answer, stays as it was said.
/// </summary>
internal static class MailReasons
{
    private static readonly (string Said, string Sv)[] s_known =
    [
        ("It is a mail of the desk's own.", "Det är ett av deskens egna mejl."),
        ("Its sender is the desk's own address.", "Avsändaren är deskens egen adress."),
        ("It has been here before (X-Loop).", "Det har varit här förut (X-Loop)."),
        ("It names no sender.", "Det har ingen avsändare."),
        ("Its sender's address is none that can be answered.", "Avsändarens adress går inte att svara."),
        ("A filter marked it as spam.", "Ett filter har märkt det som skräppost."),
        ("It came by a mailing list", "Det kom från en sändlista"),
        ("Its envelope has no sender: it wants no answer.", "Kuvertet saknar avsändare: det vill inte ha svar."),
        ("It is a report of a mail system.", "Det är en rapport från ett postsystem."),
        ("It reports that a mail was delivered, or will be.", "Det berättar att ett mejl har kommit fram, eller ska göra det."),
        ("It is a complaint that a mail system passes on.", "Det är ett klagomål som ett postsystem skickar vidare."),
        ("It does not name a mail of ours.", "Det nämner inget mejl från oss."),
        ("Its sender is a machine", "Avsändaren är en maskin"),
        ("Its subject begins as an automatic answer's", "Ämnet börjar som ett automatiskt svar"),
        ("The desk takes no mail from", "Desken tar inte emot mejl från"),
        ("Not delivered, and will not be", "Kom inte fram, och kommer inte att göra det"),
        ("Not delivered", "Kom inte fram"),
        ("The desk could not handle it", "Desken klarade det inte"),
        ("X-Loop is set.", "Rubriken X-Loop finns."),
    ];

    public static string Say(string? reason, Words words)
    {
        if (string.IsNullOrEmpty(reason) || words.Language == "en")
            return reason ?? "";
        foreach (var (said, sv) in s_known)
        {
            if (reason.StartsWith(said, StringComparison.Ordinal))
                return (sv + reason[said.Length..]).Replace(": a rule says so.", ": så säger en regel.", StringComparison.Ordinal);
        }
        return reason.Replace(" is set.", " finns.", StringComparison.Ordinal);
    }
}
