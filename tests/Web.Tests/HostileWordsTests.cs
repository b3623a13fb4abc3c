namespace Desk.Web.Tests;

/// <summary>What has run as script at other desks is only letters here.</summary>
[Collection(nameof(OneDesk))]
public sealed class HostileWordsTests(DeskBehindGlass desk)
{
    public static TheoryData<string, string, string> Cases => new()
    {
        { "subject, as Zammad CVE-2018-1000154", "subject", "</h1><script>alert(1)</script>" },
        { "subject in an attribute, as FreeScout CVE-2026-32754", "subject", "\" onmouseover=\"alert(1)\" x=\"" },
        { "name, as osTicket CVE-2020-24917", "name", "<img src=x onerror=alert(1)>" },
        { "name with a handler, as RTIR CVE-2026-105455", "name", "'><svg/onload=alert(1)>" },
        { "text with a javascript address", "text", "<a href=\"javascript:alert(1)\">click</a><iframe srcdoc='<script>alert(1)</script>'>" },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Words_stay_words(string what, string field, string words)
    {
        Assert.NotEmpty(what);
        var (subject, name, text) = (desk.Api.Subject, desk.Api.RequesterName, desk.Api.Text);
        try
        {
            switch (field)
            {
                case "subject": desk.Api.Subject = words; break;
                case "name": desk.Api.RequesterName = words; break;
                default: desk.Api.Text = words; break;
            }
            foreach (var (path, role) in new[] { ("/tickets", "requester"), ("/tickets/D-1042", "requester"), ("/t/good", null), ("/agent?view=all", "agent") })
            {
                using var reader = desk.Reader(role);
                var (_, page, _) = await reader.GetAsync(path);
                Assert.All(page.All, element =>
                {
                    Assert.DoesNotContain(element.Attributes, a => a.Name.StartsWith("on", StringComparison.OrdinalIgnoreCase));
                    Assert.False(element.GetAttribute("href")?.StartsWith("javascript:", StringComparison.OrdinalIgnoreCase) ?? false);
                });
                Assert.All(page.Scripts, script => Assert.False(string.IsNullOrEmpty(script.Source)));
                Assert.Empty(page.QuerySelectorAll("iframe"));
            }
        }
        finally
        {
            (desk.Api.Subject, desk.Api.RequesterName, desk.Api.Text) = (subject, name, text);
        }
    }

    [Fact]
    public void A_mails_frame_can_run_send_and_fetch_nothing_but_the_tickets_own_pictures()
    {
        var policy = Shared.MailFrame.Policy("https://desk.example", pictures: false);
        Assert.StartsWith("default-src 'none'; img-src https://desk.example/api/v1/attachments/ data:;", policy, StringComparison.Ordinal);
        Assert.Contains("form-action 'none'; base-uri 'none'", policy, StringComparison.Ordinal);
        foreach (var asked in new[] { policy, Shared.MailFrame.Policy("https://desk.example", pictures: true), Shared.MailFrame.SandboxOfFrame })
        {
            foreach (var never in new[] { "script", "allow-forms", "allow-top", "allow-modals", "allow-downloads", "font-src", "connect-src" })
                Assert.DoesNotContain(never, asked, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Pictures_of_the_mail_are_shown_in_place_and_remote_ones_only_when_asked_for_as_OTRS_CVE_2018_16586()
    {
        var file = new Api.Attachment(Guid.CreateVersion7(), "logo.png", "image/png", 10, "logo@mail");
        const string html = "<p>Hej</p><img data-cid=\"logo%40mail\"><img data-cid=\"unknown\"><img data-remote=\"https://tracker.example/1.gif?a=1&amp;b=2\">";
        var shut = Shared.MailFrame.Document(html, [file], pictures: false);
        Assert.Contains($"<img src=\"/api/v1/attachments/{file.Id}\"><img>", shut, StringComparison.Ordinal);
        Assert.DoesNotContain("src=\"https", shut, StringComparison.Ordinal);
        Assert.Contains("referrerpolicy=\"no-referrer\" src=\"https://tracker.example/1.gif?a=1&amp;b=2\"", Shared.MailFrame.Document(html, [file], pictures: true), StringComparison.Ordinal);
        // What is held back, or is no picture, is not shown.
        Assert.DoesNotContain("/attachments/", Shared.MailFrame.Document(html, [file with { Held = "infected" }], false), StringComparison.Ordinal);
        Assert.DoesNotContain("/attachments/", Shared.MailFrame.Document(html, [file with { ContentType = "text/plain" }], false), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_mails_frame_is_for_who_may_see_the_ticket_and_carries_its_own_policy()
    {
        desk.Api.Html = "<p>Hej <b>alla</b></p>";
        try
        {
            var path = $"/tickets/D-1042/mail/{new Guid(1, 2, 7, 8, 0, 0, 0, 0, 0, 0, 1)}";
            using var stranger = desk.Reader();
            using var refused = await stranger.GetRawAsync(path);
            Assert.Equal(System.Net.HttpStatusCode.Unauthorized, refused.StatusCode);
            using var requester = desk.Reader("requester");
            using var shown = await requester.GetRawAsync(path);
            Assert.Contains("<b>alla</b>", await shown.Content.ReadAsStringAsync(), StringComparison.Ordinal);
            var policy = string.Join(';', shown.Headers.GetValues("Content-Security-Policy"));
            Assert.Contains("sandbox", policy, StringComparison.Ordinal);
            Assert.Contains($"img-src {desk.Address.GetLeftPart(UriPartial.Authority)}/api/v1/attachments/ data:;", policy, StringComparison.Ordinal);
        }
        finally
        {
            desk.Api.Html = null;
        }
    }
}
