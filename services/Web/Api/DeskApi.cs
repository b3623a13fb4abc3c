using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Desk.Web.Shared;

namespace Desk.Web.Api;

/// <summary>The public API, asked as the person who looks. Get-methods answer null for 404; all else that is refused throws <see cref="ApiException"/>.</summary>
internal sealed class DeskApi(GatewayHttp gateway, Reader reader, Words words)
{
    private static readonly TimeSpan s_longest = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan s_longestWithFiles = TimeSpan.FromMinutes(2);

    public Task<Page<Ticket>> TicketsAsync(string query, CancellationToken cancellation = default)
        => NeedAsync("tickets?" + query, ApiJson.Default.PageTicket, cancellation);

    public Task<Ticket?> TicketAsync(string number, CancellationToken cancellation = default)
        => GetAsync($"tickets/{Uri.EscapeDataString(number)}", ApiJson.Default.Ticket, cancellation);

    /// <summary>A ticket that the portal itself registered for somebody who is not signed in.</summary>
    public Task<Ticket?> PortalTicketAsync(string number, CancellationToken cancellation = default)
        => GetAsync($"tickets/{Uri.EscapeDataString(number)}", ApiJson.Default.Ticket, cancellation, reader.PortalToken(words.Language));

    public async Task<IReadOnlyList<Message>> MessagesAsync(string number, CancellationToken cancellation = default)
        => (await GetAsync($"tickets/{Uri.EscapeDataString(number)}/messages?limit=200", ApiJson.Default.PageMessage, cancellation))?.Items ?? [];

    public Task<Message?> MessageAsync(string number, Guid id, CancellationToken cancellation = default)
        => GetAsync($"tickets/{Uri.EscapeDataString(number)}/messages/{id}", ApiJson.Default.Message, cancellation);

    /// <summary>Makes a ticket of a mail; requester is who it is for, when that is not its sender.</summary>
    public Task<TakenMail?> MakeTicketOfMailAsync(Guid id, NewRequester? requester) => HandleMailAsync(id, "ticket", new TicketOfMail(requester));

    public Task<TakenMail?> TakeMailAgainAsync(Guid id) => HandleMailAsync(id, "again", null);

    private async Task<TakenMail?> HandleMailAsync(Guid id, string act, TicketOfMail? body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"mail/{id}/{act}")
        {
            Content = body is null ? null : JsonContent.Create(body, ApiJson.Default.TicketOfMail),
        };
        return await AskAsync(request, await reader.TokenAsync(), s_longestWithFiles, ApiJson.Default.TakenMail, default);
    }

    /// <summary>The files that belong to the ticket alone: those of messages and notes stand with them.</summary>
    public async Task<IReadOnlyList<TicketFile>> OwnFilesAsync(string number, CancellationToken cancellation = default)
    {
        var files = await GetAsync($"tickets/{Uri.EscapeDataString(number)}/attachments", ApiJson.Default.PageTicketFile, cancellation);
        return [.. (files?.Items ?? []).Where(file => file is { MessageId: null, NoteId: null })];
    }

    public async Task<IReadOnlyList<Note>> NotesAsync(string number, CancellationToken cancellation = default)
        => (await GetAsync($"tickets/{Uri.EscapeDataString(number)}/notes?limit=200", ApiJson.Default.PageNote, cancellation))?.Items ?? [];

    public async Task<IReadOnlyList<Found>> SearchAsync(string text, int limit, CancellationToken cancellation = default)
        => (await GetAsync($"knowledge/search?q={Uri.EscapeDataString(text)}&prefer={words.Language}&limit={limit}", ApiJson.Default.PageFound, cancellation))?.Items ?? [];

    public Task<Article?> ArticleAsync(string slug, CancellationToken cancellation = default)
        => GetAsync($"knowledge/articles/{Uri.EscapeDataString(slug)}", ApiJson.Default.Article, cancellation);

    public Task<HelpFront?> HelpFrontAsync() => GetAsync($"knowledge/help?prefer={words.Language}", ApiJson.Default.HelpFront);

    /// <summary>A page of a category's articles, by their addresses.</summary>
    public Task<Page<HelpLine>> HelpCategoryAsync(string category, string? after)
        => NeedAsync($"knowledge/articles?prefer={words.Language}&category={Uri.EscapeDataString(category)}&limit=50&after={Uri.EscapeDataString(after ?? "")}", ApiJson.Default.PageHelpLine);

    /// <summary>The desk's categories, which also somebody who is not signed in may know the names of.</summary>
    public async Task<IReadOnlyList<Named>> CategoriesAsync()
        => (await GetAsync("routing/categories", ApiJson.Default.PageNamed, token: await PersonOrPortalAsync()))?.Items ?? [];

    /// <summary>A step of a guide: the first, or the one that a way leads to.</summary>
    public Task<GuideStep?> GuideAsync(string slug, string? via)
        => GetAsync($"knowledge/articles/{Uri.EscapeDataString(slug)}/guide?via={Uri.EscapeDataString(via ?? "")}", ApiJson.Default.GuideStep);

    /// <summary>Writes a new article, or a new version of one. Version is the one the writer saw.</summary>
    public async Task<Article> SaveArticleAsync(Guid? id, Dictionary<string, string?> article, int? version)
    {
        var said = article.Where(pair => pair.Value is not null).ToDictionary();
        using var request = new HttpRequestMessage(id is null ? HttpMethod.Post : HttpMethod.Put, id is null ? "knowledge/articles" : $"knowledge/articles/{id}")
        {
            Content = JsonContent.Create(said, ApiJson.Default.DictionaryStringString),
        };
        Expect(request, version);
        return await AskAsync(request, await reader.TokenAsync(), s_longest, ApiJson.Default.Article, default)
            ?? throw new ApiException(502, "answer.empty", "The desk answered nothing.");
    }

    public async Task PutArticleFileAsync(Guid article, string name, Stream content)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, $"knowledge/articles/{article}/files/{Uri.EscapeDataString(name)}") { Content = new StreamContent(content) };
        await TellAsync(request, await reader.TokenAsync(), s_longestWithFiles, default);
    }

    public async Task DeleteArticleFileAsync(Guid article, string name)
    {
        using var request = new HttpRequestMessage(HttpMethod.Delete, $"knowledge/articles/{article}/files/{Uri.EscapeDataString(name)}");
        await TellAsync(request, await reader.TokenAsync(), s_longest, default);
    }

    /// <summary>Takes in a zip of articles, or tries it; what is wrong is in the exception's errors, by the names in the zip.</summary>
    public async Task<ImportedArticles> ImportArticlesAsync(Stream zip, bool tried)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"knowledge/import?try={(tried ? "true" : "false")}") { Content = new StreamContent(zip) };
        return await AskAsync(request, await reader.TokenAsync(), s_longestWithFiles, ApiJson.Default.ImportedArticles, default)
            ?? throw new ApiException(502, "answer.empty", "The desk answered nothing.");
    }

    /// <summary>Says whether an article helped: as the person, or as the portal when nobody is signed in.</summary>
    public async Task GiveFeedbackAsync(string slug, NewFeedback feedback)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"knowledge/articles/{Uri.EscapeDataString(slug)}/feedback") { Content = JsonContent.Create(feedback, ApiJson.Default.NewFeedback) };
        await TellAsync(request, await PersonOrPortalAsync(), s_longest, default);
    }

    public async Task<TicketProposals> ProposalsAsync(string number, CancellationToken cancellation = default)
        => await GetAsync($"tickets/{Uri.EscapeDataString(number)}/proposals", ApiJson.Default.TicketProposals, cancellation) ?? TicketProposals.None;

    /// <summary>Counts what became of an article that somebody read: as the person, or as the portal. Nothing else is said of them.</summary>
    public async Task CountVisitAsync(string article, string outcome)
    {
        var visit = new Dictionary<string, string?> { ["article"] = article, ["outcome"] = outcome };
        using var request = new HttpRequestMessage(HttpMethod.Post, "knowledge/visits") { Content = JsonContent.Create(visit, ApiJson.Default.DictionaryStringString) };
        await TellAsync(request, await PersonOrPortalAsync(), s_longest, default);
    }

    public async Task<IReadOnlyList<TicketLink>> LinksAsync(string number, CancellationToken cancellation = default)
        => (await GetAsync($"tickets/{Uri.EscapeDataString(number)}/links", ApiJson.Default.PageTicketLink, cancellation))?.Items ?? [];

    public Task MergeAsync(string number, MergeOrder order, long? version) => OrderAsync(number, "merge", order, ApiJson.Default.MergeOrder, version);

    public Task ResolveAsync(string number, ResolveOrder order, long? version) => OrderAsync(number, "resolve", order, ApiJson.Default.ResolveOrder, version);

    private async Task OrderAsync<T>(string number, string verb, T order, JsonTypeInfo<T> type, long? version)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"tickets/{Uri.EscapeDataString(number)}/{verb}") { Content = JsonContent.Create(order, type) };
        Expect(request, version);
        await TellAsync(request, await reader.TokenAsync(), s_longest, default);
    }

    public async Task<IReadOnlyList<ProblemHead>> ProblemsAsync(bool active)
        => (await GetAsync("routing/problems" + (active ? "?status=active" : ""), ApiJson.Default.PageProblemHead))?.Items ?? [];

    public Task<ProblemFile?> ProblemAsync(string number) => GetAsync($"routing/problems/{Uri.EscapeDataString(number)}", ApiJson.Default.ProblemFile);

    /// <summary>Makes a problem, or does what the verb says with one; answers the problem as it is then.</summary>
    public async Task<ProblemFile?> OnProblemAsync(string? number, string? verb, ProblemOrder order, long? version = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, number is null ? "routing/problems" : $"routing/problems/{Uri.EscapeDataString(number)}/{verb}")
        { Content = JsonContent.Create(order, ApiJson.Default.ProblemOrder) };
        Expect(request, version);
        return await AskAsync(request, await reader.TokenAsync(), s_longest, ApiJson.Default.ProblemFile, default);
    }

    /// <summary>Makes a ticket of a message, and tells its number. The same key never makes two.</summary>
    public async Task<string> SplitAsync(string number, Dictionary<string, string?> body, string key, long? version, CancellationToken cancellation = default)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"tickets/{Uri.EscapeDataString(number)}/split") { Content = JsonContent.Create(body, ApiJson.Default.DictionaryStringString) };
        request.Headers.Add("Idempotency-Key", key);
        Expect(request, version);
        return (await AskAsync(request, await reader.TokenAsync(), s_longestWithFiles, ApiJson.Default.Ticket, cancellation))?.Number
            ?? throw new ApiException(502, "answer.empty", "The desk answered nothing.");
    }

    public async Task<IReadOnlyList<PersonFound>> PeopleAsync(string text, CancellationToken cancellation = default)
        => (await GetAsync($"people?q={Uri.EscapeDataString(text)}&limit=8", ApiJson.Default.PagePersonFound, cancellation))?.Items ?? [];

    /// <summary>Registers a ticket: as the person, or as the portal when nobody is signed in. The same key never makes two.</summary>
    public async Task<Ticket> RegisterAsync(NewTicket ticket, string key, CancellationToken cancellation = default)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "tickets") { Content = JsonContent.Create(ticket, ApiJson.Default.NewTicket) };
        request.Headers.Add("Idempotency-Key", key);
        return await AskAsync(request, await PersonOrPortalAsync(), s_longest, ApiJson.Default.Ticket, cancellation)
            ?? throw new ApiException(502, "answer.empty", "The desk answered nothing.");
    }

    public async Task AttachAsync(string number, string name, string contentType, Stream content, CancellationToken cancellation = default)
    {
        using var file = new StreamContent(content);
        file.Headers.ContentType = MediaTypeHeaderValue.TryParse(contentType, out var type) ? type : new MediaTypeHeaderValue("application/octet-stream");
        using var form = new MultipartFormDataContent { { file, "file", name } };
        using var request = new HttpRequestMessage(HttpMethod.Post, $"tickets/{Uri.EscapeDataString(number)}/attachments") { Content = form };
        await TellAsync(request, await PersonOrPortalAsync(), s_longestWithFiles, cancellation);
    }

    /// <summary>
    /// Writes a message or a note, with its files. The same key never writes two; version is the ticket's as the writer saw it. Answers the number of
    /// the ticket it is in: a word on a closed one begins another.
    /// </summary>
    public async Task<string> WriteAsync(string number, bool isNote, NewMessage message, string key, long? version, CancellationToken cancellation = default)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"tickets/{Uri.EscapeDataString(number)}/{(isNote ? "notes" : "messages")}")
        {
            Content = JsonContent.Create(message, ApiJson.Default.NewMessage),
        };
        request.Headers.Add("Idempotency-Key", key);
        Expect(request, version);
        var written = await AskAsync(request, await reader.TokenAsync(), message.Attachments is null ? s_longest : s_longestWithFiles, ApiJson.Default.WrittenMessage, cancellation);
        return written?.Number ?? number;
    }

    /// <summary>Takes the ticket to work on next; null when there is none.</summary>
    public async Task<TakenTicket?> TakeNextAsync(CancellationToken cancellation = default)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "routing/next");
        return await SendAsync(
            request, await reader.TokenAsync(), s_longest,
            static async (answer, limit) => answer.StatusCode == HttpStatusCode.NoContent ? null : await answer.Content.ReadFromJsonAsync(ApiJson.Default.TakenTicket, limit), cancellation);
    }

    /// <summary>Posts a small object, such as <c>{text}</c> or <c>{reason}</c>; nulls are left out.</summary>
    public Task PostAsync(string path, Dictionary<string, string?> body, long? version = null, CancellationToken cancellation = default)
        => ChangeAsync(HttpMethod.Post, path, body, version, cancellation);

    public async Task MakeVipAsync(Guid person, bool vip)
    {
        using var request = new HttpRequestMessage(HttpMethod.Patch, $"people/{person}") { Content = JsonContent.Create(new PersonChange(vip), ApiJson.Default.PersonChange) };
        await TellAsync(request, await reader.TokenAsync(), s_longest, default);
    }

    /// <summary>Version is the ticket's as the reader saw it: had it changed meanwhile, the answer is 412 and nothing is done.</summary>
    public async Task ChangeAsync(HttpMethod method, string path, Dictionary<string, string?> body, long? version = null, CancellationToken cancellation = default)
    {
        var said = body.Where(pair => pair.Value is not null).ToDictionary();
        using var request = new HttpRequestMessage(method, path) { Content = JsonContent.Create(said, ApiJson.Default.DictionaryStringString) };
        Expect(request, version);
        await TellAsync(request, await reader.TokenAsync(), s_longest, cancellation);
    }

    /// <summary>As <see cref="ChangeAsync(HttpMethod, string, Dictionary{string, string}, long?, CancellationToken)"/>, of anything that JSON can say.</summary>
    public async Task SayAsync(HttpMethod method, string path, JsonObject body, long? version = null, CancellationToken cancellation = default)
    {
        using var request = new HttpRequestMessage(method, path) { Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json") };
        Expect(request, version);
        await TellAsync(request, await reader.TokenAsync(), s_longest, cancellation);
    }

    /// <summary>A document of the set-up, or an earlier version of it, by its path, and the version it has.</summary>
    public async Task<(JsonObject Document, long Version)> SetUpAsync(string path, CancellationToken cancellation = default)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        return await SendAsync(request, await reader.TokenAsync(), s_longest, static async (answer, limit) =>
        {
            var document = await JsonNode.ParseAsync(await answer.Content.ReadAsStreamAsync(limit), cancellationToken: limit);
            return (document as JsonObject ?? throw new JsonException("A document of the set-up is an object."),
                long.TryParse(answer.Headers.ETag?.Tag.Trim('"'), CultureInfo.InvariantCulture, out var version) ? version : 0);
        }, cancellation);
    }

    /// <summary>Puts a document in force; 412 when somebody else was first.</summary>
    public Task WriteSetUpAsync(string path, JsonObject document, long version) => SayAsync(HttpMethod.Put, path, document, version);

    public async Task<RulePreview> PreviewRuleAsync(JsonObject rule, CancellationToken cancellation = default)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "routing/rules/preview") { Content = new StringContent(rule.ToJsonString(), Encoding.UTF8, "application/json") };
        return await AskAsync(request, await reader.TokenAsync(), s_longest, ApiJson.Default.RulePreview, cancellation)
            ?? throw new ApiException(502, "answer.empty", "The desk answered nothing.");
    }

    public async Task<TriggerPreview> PreviewTriggerAsync(JsonObject trigger, CancellationToken cancellation = default)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "routing/triggers/preview") { Content = new StringContent(trigger.ToJsonString(), Encoding.UTF8, "application/json") };
        return await AskAsync(request, await reader.TokenAsync(), s_longest, ApiJson.Default.TriggerPreview, cancellation)
            ?? throw new ApiException(502, "answer.empty", "The desk answered nothing.");
    }

    /// <summary>The days of an iCal file.</summary>
    public async Task<IReadOnlyList<DayRead>> ReadDaysAsync(Stream file, long length)
    {
        using var content = new StreamContent(file);
        (content.Headers.ContentType, content.Headers.ContentLength) = (new MediaTypeHeaderValue("text/calendar"), length);
        using var request = new HttpRequestMessage(HttpMethod.Post, "routing/calendars/ics") { Content = content };
        return (await AskAsync(request, await reader.TokenAsync(), s_longest, ApiJson.Default.PageDayRead, default))?.Items ?? [];
    }

    public async Task<DutyFeed?> RenewFeedAsync()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "routing/feed");
        return await AskAsync(request, await reader.TokenAsync(), s_longest, ApiJson.Default.DutyFeed, default);
    }

    public async Task<T> NeedAsync<T>(string path, JsonTypeInfo<T> type, CancellationToken cancellation = default) where T : class
        => await GetAsync(path, type, cancellation) ?? throw new ApiException(404, "notFound", $"There is no {path}.");

    public async Task<T?> GetAsync<T>(string path, JsonTypeInfo<T> type, CancellationToken cancellation = default, string? token = null) where T : class
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        try
        {
            return await AskAsync(request, token ?? await reader.TokenAsync(), s_longest, type, cancellation);
        }
        catch (ApiException missing) when (missing.Status == 404)
        {
            return null;
        }
    }

    private static void Expect(HttpRequestMessage request, long? version)
    {
        // Before triage is heard there is no version to hold on to.
        if (version is > 0)
            request.Headers.TryAddWithoutValidation("If-Match", $"\"{version.Value.ToString(CultureInfo.InvariantCulture)}\"");
    }

    private async ValueTask<string> PersonOrPortalAsync() => await reader.TokenAsync() ?? reader.PortalToken(words.Language);

    private Task TellAsync(HttpRequestMessage request, string? token, TimeSpan longest, CancellationToken cancellation)
        => SendAsync(request, token, longest, static (_, _) => Task.FromResult(true), cancellation);

    private Task<T?> AskAsync<T>(HttpRequestMessage request, string? token, TimeSpan longest, JsonTypeInfo<T> type, CancellationToken cancellation) where T : class
        => SendAsync(request, token, longest, (answer, limit) => answer.Content.ReadFromJsonAsync(type, limit), cancellation);

    /// <summary>
    /// Asks, and reads the whole answer. However it ends, it ends in time and as an answer or an <see cref="ApiException"/>: a service that dies in
    /// the middle of a sentence is refused like one that is away, so that no page waits for ever.
    /// </summary>
    private async Task<T> SendAsync<T>(
        HttpRequestMessage request, string? token, TimeSpan longest, Func<HttpResponseMessage, CancellationToken, Task<T>> read, CancellationToken cancellation)
    {
        if (token is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        // What it refuses, it explains to whoever looks at the page.
        request.Headers.AcceptLanguage.Add(new StringWithQualityHeaderValue(words.Language));
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(longest);
        try
        {
            using var answer = await gateway.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
            return answer.IsSuccessStatusCode ? await read(answer, limit.Token) : throw await RefusalAsync(answer, limit.Token);
        }
        catch (Exception away) when (away is HttpRequestException or IOException or JsonException or NotSupportedException or OperationCanceledException
            && !cancellation.IsCancellationRequested)
        {
            throw new ApiException(503, "gateway.away", "The desk cannot be reached right now.");
        }
    }

    private static async Task<ApiException> RefusalAsync(HttpResponseMessage answer, CancellationToken cancellation)
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
        return new ApiException((int)answer.StatusCode, problem?.Code ?? "http." + (int)answer.StatusCode,
            problem?.Errors?.Values.FirstOrDefault()?.FirstOrDefault() ?? problem?.Detail ?? problem?.Title ?? ((HttpStatusCode)answer.StatusCode).ToString())
        { Errors = problem?.Errors };
    }
}
