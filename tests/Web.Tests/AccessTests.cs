using System.Net;
using System.Text.RegularExpressions;

namespace Desk.Web.Tests;

[Collection(nameof(OneDesk))]
public sealed partial class AccessTests(DeskBehindGlass desk)
{
    [Theory]
    [InlineData("/agent")]
    [InlineData("/agent/new")]
    [InlineData("/agent/mail")]
    [InlineData("/agent/knowledge")]
    [InlineData("/agent/tickets/D-1042")]
    [InlineData("/ops")]
    public async Task No_requester_sees_the_pages_of_agents(string path)
    {
        using var requester = desk.Reader("requester");
        var (status, _, html) = await requester.GetAsync(path);
        Assert.Equal(HttpStatusCode.Forbidden, status);
        Assert.DoesNotContain("Kontot låstes", WebUtility.HtmlDecode(html));
        Assert.DoesNotContain("blazor.web", html);
    }

    [Theory]
    [InlineData("/agent")]
    [InlineData("/ops")]
    [InlineData("/tickets")]
    [InlineData("/tickets/D-1042")]
    public async Task Who_is_not_signed_in_is_asked_to_and_comes_back(string path)
    {
        using var stranger = desk.Reader();
        using var answer = await stranger.GetRawAsync(path);
        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        Assert.EndsWith("/sign-in?returnUrl=" + Uri.EscapeDataString(path), answer.Headers.Location!.ToString());
    }

    [Theory]
    [InlineData("/agent?view=due")]
    [InlineData("/agent/new")]
    [InlineData("/agent/mail?show=rules")]
    [InlineData("/agent/knowledge")]
    [InlineData("/agent/knowledge/new")]
    [InlineData("/agent/setup/teams")]
    public async Task What_nothing_hears_yet_cannot_be_typed_in(string path)
    {
        using var lead = desk.Reader("lead");
        var forms = Form().Matches((await lead.GetAsync(path)).Html).Select(form => form.Value);
        Assert.All(forms, form => Assert.True(form.Contains(" inert") || form.Contains("method=\"post\"", StringComparison.OrdinalIgnoreCase), form));
    }

    [GeneratedRegex("<form[^>]*>")]
    private static partial Regex Form();

    [Fact]
    public async Task An_agent_who_is_no_lead_does_not_see_operations()
    {
        using var agent = desk.Reader("agent");
        Assert.Equal(HttpStatusCode.Forbidden, (await agent.GetAsync("/ops")).Status);
    }

    [Fact]
    public async Task A_circuit_is_not_opened_for_a_stranger()
    {
        using var stranger = desk.Reader();
        using var http = new HttpClient { BaseAddress = desk.Address };
        using var answer = await http.PostAsync("/_blazor/negotiate?negotiateVersion=1", null);
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    [Theory]
    [InlineData("//evil.example")]
    [InlineData("/\\evil.example")]
    [InlineData("https://evil.example")]
    public async Task A_choice_of_language_never_leads_to_another_site(string back)
    {
        using var reader = desk.Reader();
        using var answer = await reader.GetRawAsync("/prefer?language=en&back=" + Uri.EscapeDataString(back));
        Assert.Equal("/", answer.Headers.Location!.ToString());
    }

    [Fact]
    public async Task The_sign_in_form_brings_nobody_to_another_site()
    {
        using var reader = desk.Reader();
        var (_, page, _) = await reader.GetAsync("/sign-in?returnUrl=//evil.example");
        Assert.All(page.QuerySelectorAll("input[name=returnUrl]"), input => Assert.Equal("/", input.GetAttribute("value")));
    }
}
