using System.Net;
using System.Text.RegularExpressions;
using Desk.Web.Api;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Desk.Web.Shared;

/// <summary>
/// The document of a message's own HTML, for a frame. Intake has made it safe; here are the second and third lock: a policy of its own that lets
/// nothing run, be sent or be fetched but the ticket's own pictures, and a sandbox without scripts. The sandbox keeps the origin, so that the
/// reader's sign-in goes with those pictures and the page around can see how tall the letter is; without scripts the letter has no use of it.
/// </summary>
internal static partial class MailFrame
{
    private const string Sandbox = "allow-same-origin allow-popups allow-popups-to-escape-sandbox";

    private const string Head = """
        <!doctype html><html><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="referrer" content="no-referrer"><meta name="color-scheme" content="light">
        <style>html{background:#fff}body{display:flow-root;margin:0;padding:14px 16px;color:#1c2526;font:15px/1.5 -apple-system,"Segoe UI",Roboto,"Noto Sans","Liberation Sans",Arial,sans-serif;overflow-wrap:anywhere}img{max-width:100%}img[src]{height:auto}table{max-width:100%}pre{white-space:pre-wrap}blockquote{margin:.5em 0;padding-left:1em;border-left:3px solid #ddd}img:not([src]){display:inline-block;box-sizing:border-box;overflow:hidden;background:#f1efe9;color:#566160;font-size:12px}</style></head><body>
        """;

    /// <summary>Whether the letter's look says something its text does not: it has pictures or is laid out in columns.</summary>
    public static bool IsLaidOut(string? html)
        => html is not null && (html.Contains(" data-cid=\"", StringComparison.Ordinal) || html.Contains("<table", StringComparison.Ordinal));

    public static bool HasRemotePictures(string? html) => html is not null && html.Contains(" data-remote=\"", StringComparison.Ordinal);

    /// <summary>The attributes of a frame that shows it.</summary>
    public static string SandboxOfFrame => Sandbox;

    public static async Task<Results<ContentHttpResult, NotFound>> ShowAsync(
        string number, Guid id, HttpContext http, DeskApi api, AuthenticationStateProvider state, CancellationToken cancellation, bool pictures = false)
    {
        // Outside of a page nobody has told the reader's state yet.
        ((IHostEnvironmentAuthenticationStateProvider)state).SetAuthenticationState(Task.FromResult(new AuthenticationState(http.User)));
        Message? message;
        try
        {
            message = await api.MessageAsync(number, id, cancellation);
        }
        catch (ApiException)
        {
            message = null;
        }
        if (message?.Html is not { Length: > 0 } html)
            return TypedResults.NotFound();
        var headers = http.Response.Headers;
        headers.ContentSecurityPolicy = Policy($"{http.Request.Scheme}://{http.Request.Host}", pictures);
        headers["Referrer-Policy"] = "no-referrer";
        headers["X-DNS-Prefetch-Control"] = "off";
        headers.XContentTypeOptions = "nosniff";
        headers.CacheControl = "private, no-cache";
        return TypedResults.Text(Document(html, message.Attachments ?? [], pictures), "text/html; charset=utf-8");
    }

    internal static string Policy(string origin, bool pictures)
        => $"default-src 'none'; img-src {origin}/api/v1/attachments/ data:{(pictures ? " https: http:" : "")}; style-src 'unsafe-inline'; "
            + $"form-action 'none'; base-uri 'none'; frame-ancestors 'self'; sandbox {Sandbox}";

    /// <summary>
    /// Pictures that came with the mail get the address of the ticket's own file; remote ones get theirs only when they are asked for. What is put in
    /// is an id, or what stood escaped in the attribute before: no word of the sender's changes its place.
    /// </summary>
    internal static string Document(string html, IReadOnlyList<Attachment> files, bool pictures)
    {
        var shown = OwnPicture().Replace(html, match => Find(files, match.Groups[1].Value) is { } file ? $" src=\"/api/v1/attachments/{file.Id}\"" : "");
        if (pictures)
            shown = RemotePicture().Replace(shown, " referrerpolicy=\"no-referrer\" src=\"$1\"");
        return Head + shown;
    }

    /// <summary>Whether the letter shows this file in place.</summary>
    public static bool ShowsInPlace(string html, Attachment file)
        => file.ContentId is not null && OwnPicture().Matches(html).Any(match => Find([file], match.Groups[1].Value) is not null);

    private static Attachment? Find(IReadOnlyList<Attachment> files, string escaped)
    {
        var contentId = Uri.UnescapeDataString(WebUtility.HtmlDecode(escaped)).Trim('<', '>', ' ');
        return files.FirstOrDefault(file => file is { Held: null, ContentId: not null } && file.ContentType?.StartsWith("image/", StringComparison.Ordinal) == true
            && string.Equals(file.ContentId, contentId, StringComparison.OrdinalIgnoreCase));
    }

    [GeneratedRegex(" data-cid=\"([^\"<>]{1,1000})\"")]
    private static partial Regex OwnPicture();

    [GeneratedRegex(" data-remote=\"([^\"<>]{1,4000})\"")]
    private static partial Regex RemotePicture();
}
