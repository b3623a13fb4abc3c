using System.Net;
using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;

namespace Desk.Web.Tests;

/// <summary>Reads and posts pages as a browser without JavaScript does: it fills in the form that is there and sends all its fields.</summary>
internal sealed class PlainReader(HttpClient http) : IDisposable
{
    public async Task<(HttpStatusCode Status, IHtmlDocument Page, string Html)> GetAsync(string path)
    {
        using var answer = await http.GetAsync(path);
        var html = await answer.Content.ReadAsStringAsync();
        return (answer.StatusCode, new HtmlParser().ParseDocument(html), html);
    }

    public Task<HttpResponseMessage> GetRawAsync(string path) => http.GetAsync(path);

    public async Task<HttpResponseMessage> SubmitAsync(string path, string formWith, Dictionary<string, string> filled, (string Name, byte[] Content)? file = null)
    {
        var (_, page, _) = await GetAsync(path);
        var form = (IHtmlFormElement)page.QuerySelector($"form:has([name={formWith}])")!;
        var fields = form.QuerySelectorAll("input").OfType<IHtmlInputElement>().Where(i => i.Type is not ("file" or "submit") && (i.Type is not ("radio" or "checkbox") || i.IsDefaultChecked) && i.Name is not null)
            .ToDictionary(i => i.Name!, i => i.DefaultValue ?? "");
        foreach (var (name, value) in filled)
            fields[name] = value;
        using var content = new MultipartFormDataContent();
        foreach (var (name, value) in fields)
            content.Add(new StringContent(value), name);
        if (file is { } f)
            content.Add(new ByteArrayContent(f.Content), "files", f.Name);
        return await http.PostAsync(path, content);
    }

    public void Dispose() => http.Dispose();
}
