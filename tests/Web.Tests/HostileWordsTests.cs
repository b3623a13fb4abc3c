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
    public void A_mail_shown_as_mail_can_fetch_nothing_and_its_policy_comes_before_its_words()
    {
        var document = Workspace.MailFrame.Of("<img src=https://tracker.example/1.gif>");
        Assert.True(document.IndexOf("default-src 'none'", StringComparison.Ordinal) < document.IndexOf("tracker", StringComparison.Ordinal));
        Assert.DoesNotContain("img-src *", document);
    }
}
