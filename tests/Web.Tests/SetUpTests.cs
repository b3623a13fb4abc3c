using System.Text.Json.Nodes;
using Desk.Web.SetUp;
using Microsoft.Playwright;

namespace Desk.Web.Tests;

/// <summary>The set-up in forms: what is written is what was meant, and every change can be undone.</summary>
[Collection(nameof(OneDesk))]
public sealed class SetUpTests(DeskBehindGlass desk)
{
    [Theory]
    [InlineData("90", "PT1H30M", "1 h 30 min"), InlineData("15 min", "PT15M", "15 min"), InlineData("2h", "PT2H", "2 h"), InlineData("1,5 tim", "PT1H30M", "1 h 30 min"), InlineData("PT8H", "PT8H", "8 h")]
    public void Working_time_is_written_as_people_write_it(string written, string iso, string shown)
    {
        var (field, item) = (new FormField("targets.P1.answer", Shape.Duration, "", ""), new JsonObject());
        Assert.True(field.Write(item, written));
        Assert.Equal((iso, shown), ((string?)item["targets"]!["P1"]!["answer"], field.Show(item)));
        Assert.True(field.Write(item, ""));
        Assert.False(item["targets"]!["P1"]!.AsObject().ContainsKey("answer"));
    }

    [Theory]
    [InlineData("Duration", "snart"), InlineData("Duration", "0"), InlineData("Spans", "8 till 17"), InlineData("Pairs", "mail"), InlineData("Number", "tre")]
    public void What_cannot_be_read_changes_nothing(string shape, string written)
    {
        var item = new JsonObject { ["x"] = 1 };
        Assert.False(new FormField("x", Enum.Parse<Shape>(shape), "", "").Write(item, written));
        Assert.Equal(1, (int)item["x"]!);
    }

    [Fact]
    public void Every_shape_shows_what_it_wrote()
    {
        var item = new JsonObject { ["unknown"] = "stays" };
        foreach (var (field, text) in new[]
        {
            (new FormField("hours.monday", Shape.Spans, "", ""), "08:00-12:00, 13:00-17:00"), (new FormField("words", Shape.Lines, "", ""), "en\ntvå"),
            (new FormField("room", Shape.Pairs, "", ""), "mail = 3\nP1 = always"), (new FormField("needs", Shape.Rows, "", "", Columns: ["key", "sv", "en", "required"]), "where | Var? | Where? | false"),
            (new FormField("level", Shape.Number, "", ""), "0.75"),
        })
        {
            Assert.True(field.Write(item, text));
            Assert.Equal(text, field.Show(item));
        }
        Assert.Equal(("stays", false, 3), ((string?)item["unknown"], (bool)item["needs"]![0]!["required"]!, (int)item["room"]!["mail"]!));
    }

    [Fact]
    public async Task A_lead_changes_a_team_and_undoes_it()
    {
        await using var chromium = await Browsing.StartAsync();
        await using var context = await chromium.ReaderAsync(desk, "lead", "sv", "light", 1440, 900, "Leif Ström");
        var page = await context.NewPageAsync();
        await Browsing.OpenAsync(page, desk, "/agent/setup/teams");

        await page.GetByLabel("Arbetssätt").SelectOptionAsync("noLines");
        await page.GetByLabel("Ta tillbaka efter tystnad").FillAsync("4 h");
        await page.GetByRole(AriaRole.Button, new() { Name = "Spara" }).ClickAsync();
        await page.Locator(".toast").GetByText("Sparat, och gäller nu.").WaitForAsync();
        var put = desk.Api.Posts.Last(post => post.Call == "PUT /routing/teams");
        var team = JsonNode.Parse(put.Body)!["items"]![0]!;
        Assert.Equal(("service-desk", "noLines", "PT4H"), ((string?)team["key"], (string?)team["model"], (string?)team["takeBackAfter"]));

        await page.GetByRole(AriaRole.Button, new() { Name = "Ångra senaste ändringen" }).ClickAsync();
        await page.Locator(".toast").GetByText("Version 6 gäller igen.").WaitForAsync();
        Assert.Contains("Gamla servicedesken", desk.Api.Posts.Last(post => post.Call == "PUT /routing/teams").Body, StringComparison.Ordinal);
    }
}
