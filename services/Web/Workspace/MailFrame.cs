namespace Desk.Web.Workspace;

/// <summary>
/// The document of a mail's own HTML. It is shown in a frame with an empty sandbox (no script, no form, no link, an origin of its own), and its
/// policy lets nothing be fetched: no remote picture tells the sender that the mail was opened. The policy comes first, before a word of theirs.
/// </summary>
internal static class MailFrame
{
    private const string Before = """
        <!doctype html><html><head><meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'"><meta name="referrer" content="no-referrer"></head><body>
        """;

    public static string Of(string html) => Before + html;
}
