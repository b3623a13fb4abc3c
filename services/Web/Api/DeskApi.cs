using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Desk.Web.Shared;

namespace Desk.Web.Api;

/// <summary>The public API, asked as the person who looks. Get-methods answer null for 404; all else that is refused throws <see cref="ApiException"/>.</summary>
internal sealed class DeskApi(GatewayHttp gateway, Reader reader, Words words)
{
    public Task<Page<Ticket>> TicketsAsync(string query, CancellationToken cancellation = default)
        => NeedAsync("tickets?" + query, ApiJson.Default.PageTicket, cancellation);

    public Task<Ticket?> TicketAsync(string number, CancellationToken cancellation = default)
        => GetAsync($"tickets/{Uri.EscapeDataString(number)}", ApiJson.Default.Ticket, cancellation);

    /// <summary>A ticket that the portal itself registered for somebody who is not signed in.</summary>
    public Task<Ticket?> PortalTicketAsync(string number, CancellationToken cancellation = default)
        => GetAsync($"tickets/{Uri.EscapeDataString(number)}", ApiJson.Default.Ticket, cancellation, reader.PortalToken(words.Language));

    public async Task<IReadOnlyList<Message>> MessagesAsync(string number, CancellationToken cancellation = default)
        => (await GetAsync($"tickets/{Uri.EscapeDataString(number)}/messages?limit=200", ApiJson.Default.PageMessage, cancellation))?.Items ?? [];

    /// <summary>The files that belong to the ticket alone: those of messages and notes stand with them.</summary>
    public async Task<IReadOnlyList<TicketFile>> OwnFilesAsync(string number, CancellationToken cancellation = default)
    {
        var files = await GetAsync($"tickets/{Uri.EscapeDataString(number)}/attachments", ApiJson.Default.PageTicketFile, cancellation);
        return [.. (files?.Items ?? []).Where(file => file is { MessageId: null, NoteId: null })];
    }

    public async Task<IReadOnlyList<Note>> NotesAsync(string number, CancellationToken cancellation = default)
        => (await GetAsync($"tickets/{Uri.EscapeDataString(number)}/notes?limit=200", ApiJson.Default.PageNote, cancellation))?.Items ?? [];

    public async Task<IReadOnlyList<Found>> SearchAsync(string text, int limit, CancellationToken cancellation = default)
        => (await GetAsync($"knowledge/search?q={Uri.EscapeDataString(text)}&language={words.Language}&limit={limit}", ApiJson.Default.PageFound, cancellation))?.Items ?? [];

    public Task<Article?> ArticleAsync(string slug, CancellationToken cancellation = default)
        => GetAsync($"knowledge/articles/{Uri.EscapeDataString(slug)}", ApiJson.Default.Article, cancellation);

    public async Task<IReadOnlyList<TicketProposal>> ProposalsAsync(string number, CancellationToken cancellation = default)
        => (await GetAsync($"tickets/{Uri.EscapeDataString(number)}/proposals", ApiJson.Default.PageTicketProposal, cancellation))?.Items ?? [];

    public async Task<IReadOnlyList<PersonFound>> PeopleAsync(string text, CancellationToken cancellation = default)
        => (await GetAsync($"people?q={Uri.EscapeDataString(text)}&limit=8", ApiJson.Default.PagePersonFound, cancellation))?.Items ?? [];

    /// <summary>Registers a ticket: as the person, or as the portal when nobody is signed in. The same key never makes two.</summary>
    public async Task<Ticket> RegisterAsync(NewTicket ticket, string key, CancellationToken cancellation = default)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "tickets") { Content = JsonContent.Create(ticket, ApiJson.Default.NewTicket) };
        request.Headers.Add("Idempotency-Key", key);
        using var answer = await SendAsync(request, await PersonOrPortalAsync(), cancellation);
        return (await answer.Content.ReadFromJsonAsync(ApiJson.Default.Ticket, cancellation))!;
    }

    public async Task AttachAsync(string number, string name, string contentType, Stream content, CancellationToken cancellation = default)
    {
        using var file = new StreamContent(content);
        file.Headers.ContentType = MediaTypeHeaderValue.TryParse(contentType, out var type) ? type : new MediaTypeHeaderValue("application/octet-stream");
        using var form = new MultipartFormDataContent { { file, "file", name } };
        using var request = new HttpRequestMessage(HttpMethod.Post, $"tickets/{Uri.EscapeDataString(number)}/attachments") { Content = form };
        using var _ = await SendAsync(request, await PersonOrPortalAsync(), cancellation);
    }

    /// <summary>Posts a small object, such as <c>{text}</c> or <c>{reason}</c>; nulls are left out.</summary>
    public Task PostAsync(string path, Dictionary<string, string?> body, CancellationToken cancellation = default)
        => ChangeAsync(HttpMethod.Post, path, body, cancellation);

    public async Task ChangeAsync(HttpMethod method, string path, Dictionary<string, string?> body, CancellationToken cancellation = default)
    {
        var said = body.Where(pair => pair.Value is not null).ToDictionary();
        using var request = new HttpRequestMessage(method, path) { Content = JsonContent.Create(said, ApiJson.Default.DictionaryStringString) };
        using var _ = await SendAsync(request, await reader.TokenAsync(), cancellation);
    }

    public async Task<T> NeedAsync<T>(string path, JsonTypeInfo<T> type, CancellationToken cancellation = default) where T : class
        => await GetAsync(path, type, cancellation) ?? throw new ApiException(404, "notFound", $"There is no {path}.");

    public async Task<T?> GetAsync<T>(string path, JsonTypeInfo<T> type, CancellationToken cancellation = default, string? token = null) where T : class
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        try
        {
            using var answer = await SendAsync(request, token ?? await reader.TokenAsync(), cancellation);
            return await answer.Content.ReadFromJsonAsync(type, cancellation);
        }
        catch (ApiException missing) when (missing.Status == 404)
        {
            return null;
        }
    }

    private async ValueTask<string> PersonOrPortalAsync() => await reader.TokenAsync() ?? reader.PortalToken(words.Language);

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, string? token, CancellationToken cancellation)
    {
        if (token is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        HttpResponseMessage answer;
        try
        {
            answer = await gateway.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
        }
        catch (Exception away) when (away is HttpRequestException or TaskCanceledException && !cancellation.IsCancellationRequested)
        {
            throw new ApiException(503, "gateway.away", "The desk cannot be reached right now.");
        }
        if (answer.IsSuccessStatusCode)
            return answer;

        using (answer)
        {
            Problem? problem = null;
            try
            {
                problem = await answer.Content.ReadFromJsonAsync(ApiJson.Default.Problem, cancellation);
            }
            catch (Exception unreadable) when (unreadable is JsonException or NotSupportedException)
            {
                // A proxy's own page: the status says enough.
            }
            throw new ApiException((int)answer.StatusCode, problem?.Code ?? "http." + (int)answer.StatusCode,
                problem?.Detail ?? problem?.Title ?? ((HttpStatusCode)answer.StatusCode).ToString());
        }
    }
}
