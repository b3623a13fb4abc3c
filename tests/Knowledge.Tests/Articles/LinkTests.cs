using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Desk.Contracts;
using Desk.Knowledge.Articles.Links;
using Desk.Testing;

namespace Desk.Knowledge.Tests.Articles;

public class LinkTests(KnowledgeDesk desk) : IClassFixture<KnowledgeDesk>
{
    [Theory]
    [InlineData("127.0.0.1"), InlineData("10.1.2.3"), InlineData("172.31.0.1"), InlineData("192.168.1.1"), InlineData("169.254.169.254"), InlineData("100.64.0.1"), InlineData("0.0.0.0"), InlineData("224.0.0.1"), InlineData("255.255.255.255")]
    [InlineData("::1"), InlineData("::"), InlineData("::ffff:10.0.0.1"), InlineData("fd00::1"), InlineData("fe80::1"), InlineData("64:ff9b::7f00:1"), InlineData("2002:7f00:1::"), InlineData("ff02::1")]
    public void An_address_within_is_not_called(string address) => Assert.False(PublicAddress.Is(IPAddress.Parse(address)));

    [Theory]
    [InlineData("193.11.0.1"), InlineData("172.32.0.1"), InlineData("2a00:1450:4001::1")]
    public void An_address_out_on_the_internet_is(string address) => Assert.True(PublicAddress.Is(IPAddress.Parse(address)));

    [Theory]
    [InlineData("http://127.0.0.1/"), InlineData("http://localhost/"), InlineData("http://[::1]/"), InlineData("http://2130706433/"), InlineData("http://0x7f.1/"), InlineData("http://169.254.169.254/latest/meta-data"), InlineData("http://user:pass@127.0.0.1/"), InlineData("http://127.0.0.1:5432/"), InlineData("ftp://127.0.0.1/"), InlineData("file:///etc/passwd")]
    public async Task What_leads_within_is_refused_and_never_called(string url)
    {
        using var probe = new LinkProbe();
        Assert.Equal(LinkAnswer.Refused, await probe.AskAsync(url, default));
    }

    [Fact]
    public async Task A_redirection_does_not_lead_within_either_and_a_page_is_asked_for_as_little_as_can_be()
    {
        var asked = new List<string>();
        using var page = new Page(asked, path => path switch
        {
            "/moved" => "301 Moved Permanently\r\nLocation: /here",
            "/round" => "302 Found\r\nLocation: /round",
            "/inside" => $"302 Found\r\nLocation: http://192.168.0.1/secret",
            "/here" => "200 OK",
            "/signin" => "401 Unauthorized",
            "/broken" => "503 Service Unavailable",
            _ => "404 Not Found",
        });
        using var probe = new LinkProbe(IPAddress.IsLoopback, onlyOwnPorts: false);
        var answers = new List<LinkAnswer>();
        foreach (var path in new[] { "/here", "/moved", "/signin", "/gone", "/broken", "/round", "/inside" })
            answers.Add(await probe.AskAsync(page.Address + path, default));
        Assert.Equal([LinkAnswer.There, LinkAnswer.There, LinkAnswer.There, LinkAnswer.Gone, LinkAnswer.Away, LinkAnswer.Away, LinkAnswer.Refused], answers);
        Assert.Equal(["HEAD /here", "HEAD /moved", "HEAD /here", "HEAD /signin", "HEAD /gone", "GET /gone"], asked.Take(6));
    }

    [Fact]
    public void The_links_of_a_text_are_those_that_can_be_looked_at()
    {
        var links = ArticleLinks.Of("[a](/help/vpn#x) [b](https://desk.example/help/VPN/guide) <https://www.example.org/> ![c](files/c.png) [d](mailto:a@b.example) [e](#step)\n\n:::pass network\n[f](/help/hemlig)\n:::", "https://desk.example");
        Assert.Equal([("/help/vpn#x", "vpn", false), ("https://desk.example/help/VPN/guide", "vpn", false), ("https://www.example.org/", null, false), ("/help/hemlig", "hemlig", true)], links.Select(link => (link.Url, link.Slug, link.ForAgents)));
    }

    [Fact]
    public async Task A_link_that_readers_cannot_follow_is_shown_to_editors_and_told_to_the_owner_once_and_mended_by_itself()
    {
        await desk.Host.Broker.Hear<BrokenLinksFound>();
        await desk.Write(KnowledgeDesk.Draft("Länkmålet för alla", "Text"));
        await desk.Write(KnowledgeDesk.Draft("Länkmålet för handläggare", "Text", "agents"));
        var written = await desk.Agent.PostAsJsonAsync("/api/v1/knowledge/articles", new
        {
            title = "Länkprovet",
            body = "[ok](/help/lankmalet-for-alla) [inre](/help/lankmalet-for-handlaggare) [borta](/help/det-som-inte-finns)\n\n:::pass network\n[inifrån](/help/lankmalet-for-handlaggare#x)\n:::",
            language = "sv",
            audience = "everyone",
            state = "published",
            owner = "bo.ek@desk.example",
        });
        var id = (await written.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString()!;

        var told = await desk.Host.Broker.Next<BrokenLinksFound>(said => said.ArticleId.ToString() == id);
        Assert.Equal(("bo.ek@desk.example", "Länkprovet"), (told.To, told.Title));
        Assert.Equal(["/help/det-som-inte-finns missing", "/help/lankmalet-for-handlaggare unreadable"], told.Links.Select(link => $"{link.Url} {link.Reason}").Order());
        Assert.Equal(2, (await Broken()).GetArrayLength());
        Assert.Equal(HttpStatusCode.Forbidden, (await desk.Requester.GetAsync("/api/v1/knowledge/links/broken")).StatusCode);

        await desk.Agent.PutAsJsonAsync($"/api/v1/knowledge/articles/{id}", KnowledgeDesk.Draft("Länkprovet", "[ok](/help/lankmalet-for-alla)"));
        await Wait.Until(async () => (await Broken()).GetArrayLength() == 0, "the links are mended");

        async Task<JsonElement> Broken() => (await desk.Agent.GetFromJsonAsync<JsonElement>($"/api/v1/knowledge/links/broken?article={id}")).GetProperty("items");
    }

    [Fact]
    public async Task No_seeded_article_has_a_broken_link()
    {
        await Wait.Until(async () => await desk.Host.Value<long>("select count(*) from links_due where due_at <= now()") == 0, "all links are looked at");
        Assert.Equal("", await desk.Host.Value<string>("select coalesce(string_agg(url || ' ' || reason, ', '), '') from broken_link join article_version on article_version.article_id = broken_link.article_id where version = 1 and by = 'Desk'"));
    }

    /// <summary>A page that answers by its path and says what it was asked.</summary>
    private sealed class Page : IDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

        public Page(List<string> asked, Func<string, string> answer)
        {
            _listener.Start();
            _ = ServeAsync();

            async Task ServeAsync()
            {
                while (true)
                {
                    using var client = await _listener.AcceptTcpClientAsync();
                    using var reader = new StreamReader(client.GetStream());
                    var words = (await reader.ReadLineAsync())!.Split(' ');
                    lock (asked) asked.Add($"{words[0]} {words[1]}");
                    while (await reader.ReadLineAsync() is { Length: > 0 })
                    {
                    }
                    await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 {answer(words[1])}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"));
                }
            }
        }

        public string Address => $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";

        public void Dispose() => _listener.Dispose();
    }
}
