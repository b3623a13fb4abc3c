using System.IO.Compression;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Desk.Knowledge.Articles.Transfer;
using Desk.Testing;

namespace Desk.Knowledge.Tests.Articles;

public class TransferTests(KnowledgeDesk desk) : IClassFixture<KnowledgeDesk>
{
    private static readonly byte[] Picture = [0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10, 1, 2, 3];

    private static byte[] Zip(params (string Name, byte[] Content)[] files) => Zip(_ => { }, files);

    private static byte[] Zip(Action<ZipArchiveEntry> also, params (string Name, byte[] Content)[] files)
    {
        using var stream = new MemoryStream();
        using (var zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, content) in files)
            {
                var entry = zip.CreateEntry(name, CompressionLevel.Fastest);
                also(entry);
                using var into = entry.Open();
                into.Write(content);
            }
        }
        return stream.ToArray();
    }

    private static (string, byte[]) Text(string path, string title, string head = "", string body = "Text")
        => (path, Encoding.UTF8.GetBytes($"---\ntitle: {title}\nlanguage: {path[..2]}\n{head}---\n{body}\n"));

    private static async Task<string> Fault(byte[] zip)
    {
        var (articles, faults) = await ArticleZip.ReadAsync(zip, default);
        Assert.True(faults.Count > 0, $"{articles.Count} articles were read");
        return string.Join(' ', faults.Select(fault => $"{fault.Key}: {string.Join(' ', fault.Value)}"));
    }

    [Theory]
    [InlineData("../../etc/cron.d/x"), InlineData("sv/../../x/article.md"), InlineData("/etc/passwd"), InlineData("sv\\a\\article.md"), InlineData("C:/x"), InlineData("sv//article.md"), InlineData("sv/./article.md"), InlineData("sv/a\u0001/article.md")]
    public async Task A_name_that_leads_elsewhere_is_refused(string name)
    {
        var fault = await Fault(Zip(Text("sv/bra/article.md", "Bra"), (name, "x"u8.ToArray())));
        Assert.Matches("leads? out of the zip|backslash|would lead", fault);
    }

    [Theory]
    [InlineData("sv/a/article.exe"), InlineData("de/a/article.md"), InlineData("sv/a/files/run.svg"), InlineData("sv/a/files/Sidan.html"), InlineData("sv/a/files/..png"), InlineData("sv/a/files/sub/a.png"), InlineData("sv/Å/article.md")]
    public async Task What_is_no_article_and_no_file_of_one_is_refused(string name) => Assert.Contains(name, await Fault(Zip(Text("sv/a/article.md", "A"), (name, "x"u8.ToArray()))));

    [Fact]
    public async Task A_bomb_is_refused_by_what_comes_out_of_it_not_by_what_it_says()
    {
        Assert.Contains("at most 1 MB", await Fault(Zip(("sv/a/article.md", new byte[2_000_000]))));
        Assert.Contains("at most 5 MB", await Fault(Zip(Text("sv/a/article.md", "A"), ("sv/a/files/a.txt", new byte[6_000_000]))));
        var five = new byte[5_000_000];
        Assert.Contains("more than 100 MB", await Fault(Zip([.. Enumerable.Range(0, 22).Select(i => ($"sv/a/files/{i}.txt", five))])));
        Assert.Contains("more than 5000 files", await Fault(Zip([.. Enumerable.Range(0, 5_001).Select(i => ($"sv/a{i}/article.md", Array.Empty<byte>()))])));
    }

    [Fact]
    public async Task A_link_a_locked_file_and_a_name_twice_are_refused()
    {
        Assert.Contains("a link", await Fault(Zip(entry => entry.ExternalAttributes = unchecked((int)0xA1FF0000), Text("sv/a/article.md", "A"))));
        Assert.Contains("there twice", await Fault(Zip(Text("sv/a/article.md", "A"), Text("sv/a/article.md", "B"))));
        var locked = Zip(Text("sv/a/article.md", "A"));
        locked[locked.AsSpan().IndexOf("PK\x01\x02"u8) + 8] |= 1;
        Assert.Contains("encrypted", await Fault(locked));
    }

    [Fact]
    public async Task What_cannot_be_read_is_refused_and_says_why()
    {
        Assert.Contains("not a zip", await Fault("MZ not at all"u8.ToArray()));
        Assert.Contains("not a zip", await Fault(Zip(Text("sv/a/article.md", "A"))[..^30]));
        Assert.Contains("no article", await Fault(Zip()));
        Assert.Contains("UTF-8", await Fault(Zip(("sv/a/article.md", Encoding.Unicode.GetBytes("---\ntitle: A\n---\nText")))));
        Assert.Contains("UTF-8", await Fault(Zip(("sv/a/article.md", Encoding.Latin1.GetBytes("---\ntitle: Lösenord\n---\nText")))));
        Assert.Contains("head is missing", await Fault(Zip(("sv/a/article.md", "Text"u8.ToArray()))));
        Assert.Contains("none of its own: role", await Fault(Zip(Text("sv/a/article.md", "A", "role: admin\n"))));
        Assert.Contains("sv/ and says that its language is en", await Fault(Zip(("sv/a/article.md", "---\ntitle: A\nlanguage: en\n---\nText"u8.ToArray()))));
        Assert.Contains("not the picture", await Fault(Zip(Text("sv/a/article.md", "A"), ("sv/a/files/a.png", "<svg onload=alert(1)>"u8.ToArray()))));
        Assert.Contains("no article beside", await Fault(Zip(Text("sv/a/article.md", "A"), ("sv/b/files/a.png", Picture))));
        Assert.Contains("audiences are", await Fault(Zip(Text("sv/a/article.md", "A", "audience: nobody\n"))));
        Assert.Contains("dead end", await Fault(Zip(Text("sv/a/article.md", "A", body: "== a: A"))));
    }

    [Theory]
    [InlineData("sv-SE,sv;q=0.9,en;q=0.8", "Steget a är en återvändsgränd")]
    [InlineData("en-GB", "Step a is a dead end")]
    [InlineData("fi", "Step a is a dead end")]
    public async Task What_is_wrong_is_told_in_the_language_of_who_asked(string language, string words)
    {
        var lead = desk.Host.As(Callers.Lead);
        foreach (var (path, content) in new (string, HttpContent)[]
        {
            ("/api/v1/knowledge/import", new ByteArrayContent(Zip(Text("sv/a/article.md", "A", body: "== a: A")))),
            ("/api/v1/knowledge/articles", JsonContent.Create(new { title = "A", body = "== a: A", language = "sv" })),
        })
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = content };
            request.Headers.TryAddWithoutValidation("Accept-Language", language);
            using var answer = await lead.SendAsync(request);
            Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
            Assert.Contains(words, await answer.Content.ReadAsStringAsync());
        }
    }

    [Fact]
    public async Task What_is_exported_is_taken_in_again_unchanged_with_its_picture_and_its_translation()
    {
        var lead = desk.Host.As(Callers.Lead);
        var first = await Import(lead, Zip(
            Text("sv/kaffeautomaten/article.md", "Kaffeautomaten: felkod E5", "slug: kaffeautomaten\naudience: everyone\ncategory: other\nstate: published\nowner: bo.ek@desk.example\nreviewAt: 2030-01-02T00:00:00Z\n", "![Knappen](files/knappen.png)\n\nTryck här."),
            ("sv/kaffeautomaten/files/knappen.png", Picture),
            Text("en/the-coffee-machine/article.md", "The coffee machine", "translates: kaffeautomaten\nstate: published\n", "Press here.")));
        Assert.Equal((2, 0, 0), Counts(first));
        var path = $"/api/v1/knowledge/articles/{first.GetProperty("items")[0].GetProperty("id").GetString()}";
        var read = await desk.Anonymous.GetFromJsonAsync<JsonElement>(path);
        Assert.Contains($"<img src=\"{path}/files/knappen.png\"", read.GetProperty("html").GetString());
        Assert.Equal("the-coffee-machine", read.GetProperty("translations")[0].GetProperty("slug").GetString());
        var picture = await desk.Anonymous.GetAsync($"{path}/files/knappen.png");
        Assert.Equal(("image/png", "nosniff"), (picture.Content.Headers.ContentType!.MediaType, picture.Headers.GetValues("X-Content-Type-Options").Single()));
        Assert.Equal(Picture, await picture.Content.ReadAsByteArrayAsync());

        var zip = await lead.GetByteArrayAsync("/api/v1/knowledge/export");
        var again = await Import(lead, zip);
        Assert.Equal((0, 0), (again.GetProperty("new").GetInt32(), again.GetProperty("changed").GetInt32()));
        Assert.True(again.GetProperty("same").GetInt32() >= 46);

        var changed = Zip(Text("sv/kaffet/article.md", "Kaffeautomaten: felkod E5", $"id: {first.GetProperty("items")[0].GetProperty("id").GetString()}\ncategory: other\nstate: published\n", "Ny text."));
        Assert.Equal((0, 1, 0), Counts(await Import(lead, changed, "?try=true")));
        Assert.Contains("Tryck här.", await desk.Anonymous.GetStringAsync(path));
        Assert.Equal((0, 1, 0), Counts(await Import(lead, changed)));
        Assert.Equal("kaffet", (await desk.Anonymous.GetFromJsonAsync<JsonElement>("/api/v1/knowledge/articles/kaffeautomaten")).GetProperty("slug").GetString());

        static (int, int, int) Counts(JsonElement answer) => (answer.GetProperty("new").GetInt32(), answer.GetProperty("changed").GetInt32(), answer.GetProperty("same").GetInt32());
    }

    [Fact]
    public async Task A_translation_that_was_behind_there_is_behind_here()
    {
        var answer = await Import(desk.Agent, Zip(
            Text("sv/flyttad-ett/article.md", "Flyttad ett", "version: 7\n"), Text("en/moved-one/article.md", "Moved one", "translates: flyttad-ett\ntranslatesVersion: 6\n"),
            Text("sv/flyttad-tva/article.md", "Flyttad två", "version: 7\n"), Text("en/moved-two/article.md", "Moved two", "translates: flyttad-tva\ntranslatesVersion: 7\n")));
        Assert.Equal(4, answer.GetProperty("new").GetInt32());
        var behind = await desk.Agent.GetStringAsync("/api/v1/knowledge/articles?state=behind");
        Assert.Contains("\"moved-one\"", behind);
        Assert.DoesNotContain("\"moved-two\"", behind);
    }

    [Fact]
    public async Task One_wrong_article_keeps_all_out_and_is_named()
    {
        var answer = await Send(desk.Agent, Zip(Text("sv/rattprovet/article.md", "Rättprovet", "state: published\n"), Text("en/wrong-one/article.md", "Wrong", "translates: finns-inte\n")));
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.True((await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("errors").TryGetProperty("en/wrong-one/article.md", out _));
        Assert.Equal(HttpStatusCode.NotFound, (await desk.Agent.GetAsync("/api/v1/knowledge/articles/rattprovet")).StatusCode);
    }

    [Fact]
    public async Task An_export_holds_what_the_caller_may_read_and_requesters_get_none()
    {
        var lead = desk.Host.As(Callers.Lead);
        Assert.Equal(HttpStatusCode.OK, (await Send(lead, Zip(
            Text("sv/hemliga-exporten/article.md", "Hemliga exporten", "audience: team:network\nstate: published\n"), Text("sv/agentexporten/article.md", "Agentexporten", "audience: agents\nstate: published\n")))).StatusCode);
        Assert.Equal((true, true), await Has(lead));
        Assert.Equal((false, true), await Has(desk.Host.As(Callers.AnotherAgent)));
        foreach (var (caller, status) in new[] { (desk.Anonymous, HttpStatusCode.Unauthorized), (desk.Requester, HttpStatusCode.Forbidden), (desk.Host.As(Callers.AnotherRequester), HttpStatusCode.Forbidden), (desk.Host.As(Callers.RequesterMachine), HttpStatusCode.Forbidden) })
        {
            Assert.Equal(status, (await caller.GetAsync("/api/v1/knowledge/export")).StatusCode);
            Assert.Equal(status, (await Send(caller, Zip(Text("sv/intranget/article.md", "Intrånget")))).StatusCode);
        }
        // Nor does an agent of another team overwrite it, or write for the team.
        foreach (var slug in new[] { "hemliga-exporten", "ny-hemlighet" })
            Assert.Equal(HttpStatusCode.BadRequest, (await Send(desk.Host.As(Callers.AnotherAgent), Zip(Text($"sv/{slug}/article.md", "Kapad", slug == "ny-hemlighet" ? "audience: team:network\n" : "")))).StatusCode);

        async Task<(bool, bool)> Has(HttpClient caller)
        {
            using var zip = new ZipArchive(await caller.GetStreamAsync("/api/v1/knowledge/export"));
            var names = zip.Entries.Select(entry => entry.FullName).ToHashSet();
            return (names.Contains("sv/hemliga-exporten/article.md"), names.Contains("sv/agentexporten/article.md"));
        }
    }

    [Fact]
    public async Task A_file_is_read_by_those_who_are_shown_it()
    {
        var written = await desk.Write(KnowledgeDesk.Draft("Bildprovet", "![Öppen](files/open.png)\n\n:::pass network\n![Kod](files/code.png)\n:::"));
        var path = $"/api/v1/knowledge/articles/{(await written.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString()}";
        foreach (var name in new[] { "open.png", "code.png", "spare.png" })
            Assert.Equal(HttpStatusCode.NoContent, (await desk.Agent.PutAsync($"{path}/files/{name}", new ByteArrayContent(Picture))).StatusCode);

        Assert.Equal(HttpStatusCode.OK, (await desk.Anonymous.GetAsync($"{path}/files/open.png")).StatusCode);
        foreach (var name in new[] { "code.png", "spare.png", "none.png" })
            Assert.Equal(HttpStatusCode.NotFound, (await desk.Anonymous.GetAsync($"{path}/files/{name}")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await desk.Agent.GetAsync($"{path}/files/code.png")).StatusCode);
        Assert.Contains("![spare](files/spare.png)", await desk.Agent.GetStringAsync($"{path}/files"));
        Assert.Equal(HttpStatusCode.Forbidden, (await desk.Requester.PutAsync($"{path}/files/x.png", new ByteArrayContent(Picture))).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await desk.Agent.PutAsync($"{path}/files/x.svg", new ByteArrayContent("<svg/>"u8.ToArray()))).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await desk.Agent.PutAsync($"{path}/files/x.png", new ByteArrayContent("<svg/>"u8.ToArray()))).StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await desk.Agent.DeleteAsync($"{path}/files/open.png")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await desk.Anonymous.GetAsync($"{path}/files/open.png")).StatusCode);
    }

    [Fact]
    public async Task What_a_file_was_is_kept_put_back_and_erased_by_a_lead_alone()
    {
        var written = await desk.Write(KnowledgeDesk.Draft("Gamla bilder", "![Knapp](files/knapp.png)"));
        var path = $"/api/v1/knowledge/articles/{(await written.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString()}";
        byte[] newer = [.. Picture, 9];
        foreach (var content in new[] { Picture, Picture, newer })
            Assert.Equal(HttpStatusCode.NoContent, (await desk.Agent.PutAsync($"{path}/files/knapp.png", new ByteArrayContent(content))).StatusCode);

        var first = Assert.Single(await Past());
        Assert.Equal(("knapp.png", Picture.Length), (first.GetProperty("name").GetString(), first.GetProperty("size").GetInt32()));
        Assert.Equal(Picture, await desk.Agent.GetByteArrayAsync($"{path}/files/past/{first.GetProperty("id")}"));
        foreach (var stranger in new[] { desk.Anonymous, desk.Requester })
        {
            Assert.False((await stranger.GetAsync($"{path}/files/past")).IsSuccessStatusCode);
            Assert.False((await stranger.GetAsync($"{path}/files/past/{first.GetProperty("id")}")).IsSuccessStatusCode);
        }

        Assert.Equal(HttpStatusCode.NoContent, (await desk.Agent.PostAsync($"{path}/files/past/{first.GetProperty("id")}/restore", null)).StatusCode);
        Assert.Equal(Picture, await desk.Agent.GetByteArrayAsync($"{path}/files/knapp.png"));
        Assert.Equal(HttpStatusCode.NoContent, (await desk.Agent.DeleteAsync($"{path}/files/knapp.png")).StatusCode);
        Assert.Equal([Picture.Length, newer.Length, Picture.Length], (await Past()).Select(file => file.GetProperty("size").GetInt32()));

        var erased = $"{path}/files/past/{first.GetProperty("id")}";
        Assert.Equal(HttpStatusCode.Forbidden, (await desk.Agent.DeleteAsync(erased)).StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await desk.Host.As(Callers.Lead).DeleteAsync(erased)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await desk.Agent.GetAsync(erased)).StatusCode);
        Assert.Equal(2, (await Past()).Count);

        async Task<List<JsonElement>> Past() => [.. (await desk.Agent.GetFromJsonAsync<JsonElement>($"{path}/files/past")).GetProperty("items").EnumerateArray()];
    }

    private static Task<HttpResponseMessage> Send(HttpClient caller, byte[] zip, string query = "") => caller.PostAsync("/api/v1/knowledge/import" + query, new ByteArrayContent(zip));

    private static async Task<JsonElement> Import(HttpClient caller, byte[] zip, string query = "")
    {
        var answer = await Send(caller, zip, query);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        return await answer.Content.ReadFromJsonAsync<JsonElement>();
    }
}
