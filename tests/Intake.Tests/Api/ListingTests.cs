using System.Net;
using Desk.Contracts;
using Desk.Testing;

namespace Desk.Intake.Tests.Api;

[Collection(UsesTheDesk.Name)]
public class ListingTests(IntakeDesk desk)
{
    [Theory]
    [InlineData("-created")]
    [InlineData("created")]
    [InlineData("-updated")]
    [InlineData("due")]
    [InlineData("priority")]
    public async Task Pages_hold_each_ticket_once_while_others_come_in(string sort)
    {
        var rut = IntakeDesk.NewRequester();
        var before = new List<string>();
        for (var i = 0; i < 7; i++)
            before.Add(IntakeDesk.Number(await desk.Ticket(rut, $"Ärende {i}")));

        var seen = new List<string>();
        string? next = null;
        do
        {
            var page = await desk.Get(Callers.Agent, $"/tickets?requester={rut.Email}&sort={sort}&limit=2{(next is null ? "" : $"&after={next}")}");
            Assert.Equal(HttpStatusCode.OK, page.Status);
            seen.AddRange(page.Json!["items"]!.AsArray().Select(ticket => IntakeDesk.Number(ticket!)));
            next = page.Json["next"]?.GetValue<string>();
            if (seen.Count <= 4)
                await desk.Ticket(rut, "Kom emellan");
        }
        while (next is not null);

        Assert.Equal(seen.Count, seen.Distinct().Count());
        Assert.Empty(before.Except(seen));
        if (sort is "created" or "-created")
        {
            var own = seen.Where(before.Contains).ToList();
            Assert.Equal(sort == "created" ? before : Enumerable.Reverse(before), own);
        }
    }

    [Fact]
    public async Task Filters_read_the_copy_of_the_work()
    {
        var rut = IntakeDesk.NewRequester();
        var open = await desk.Ticket(rut);
        var urgent = await desk.Ticket(rut);
        var solved = await desk.Ticket(rut);
        await desk.Triage(open, Works.Triaged with { Status = TicketStatus.Open, AssigneeId = Callers.Agent.Id, Assignee = "Anna Lind", AssigneeEmail = "anna.lind@desk.example" });
        await desk.Triage(urgent, Works.Triaged with { Priority = Priority.P1, Team = "workplace", Category = "printer", Targets = [new Target(TargetKind.Answer, Works.Noon, null, false, false)] });
        await desk.Triage(solved, Works.Triaged with { Status = TicketStatus.Resolved, Priority = Priority.P2 });

        await Lists("status=active", urgent, open);
        await Lists("status=resolved,closed", solved);
        await Lists("assignee=me", open);
        await Lists("assignee=anna.lind@desk.example", open);
        await Lists("assignee=none", solved, urgent);
        await Lists("team=workplace", urgent);
        await Lists("team=workplace,network", solved, urgent, open);
        await Lists("category=printer", urgent);
        await Lists("priority=P1,p2", solved, urgent);
        await Lists("channel=web", solved, urgent, open);
        await Lists("channel=mail,phone");
        await Lists("sort=due", urgent, open);
        await Lists("sort=priority", urgent, open);
        await Lists("sort=priority&status=new,open,resolved", urgent, solved, open);
        await Lists("sort=created", open, urgent, solved);
        await Lists("q=skrivaren&status=active&sort=due", urgent, open);

        async Task Lists(string query, params System.Text.Json.Nodes.JsonObject[] expected)
            => Assert.Equal(expected.Select(IntakeDesk.Number), (await desk.All(Callers.Agent, $"/tickets?requester={rut.Email}&{query}")).Select(IntakeDesk.Number));
    }

    [Theory]
    [InlineData("skrivare", true)]
    [InlineData("skrivarna", true)]
    [InlineData("printers", true)]
    [InlineData("printing", true)]
    [InlineData("0x80070005", true)]
    [InlineData("korridoren 0x80070005", true)]
    [InlineData("\"printed pages\"", true)]
    [InlineData("korridoren -skrivare", false)]
    [InlineData("kaffemaskin", false)]
    [InlineData("och", false)]
    public async Task Words_are_found_in_swedish_and_english_in_every_form(string sought, bool found)
    {
        var rut = IntakeDesk.NewRequester();
        var ticket = await desk.Ticket(rut, "Skrivaren i korridoren", "Den visar fel 0x80070005.");
        await desk.Post(rut, $"/tickets/{IntakeDesk.Number(ticket)}/messages", new { text = "The printer has not printed pages since Monday." });
        var hits = await desk.All(rut, $"/tickets?q={Uri.EscapeDataString(sought)}");
        Assert.Equal(found ? [IntakeDesk.Number(ticket)] : [], hits.Select(IntakeDesk.Number));
    }

    [Theory]
    [InlineData("' or 1=1 --")]
    [InlineData("a & | ! ( : *")]
    [InlineData("\"")]
    [InlineData("%")]
    public async Task Whatever_is_sought_the_search_answers(string sought)
        => Assert.Equal(HttpStatusCode.OK, (await desk.Get(Callers.Agent, $"/tickets?q={Uri.EscapeDataString(sought)}")).Status);

    [Fact]
    public async Task A_number_or_an_address_is_found_exactly()
    {
        var rut = IntakeDesk.NewRequester();
        var ticket = await desk.Ticket(rut);
        var other = await desk.Ticket(rut);
        var number = IntakeDesk.Number(ticket);
        Assert.Equal([number], (await desk.All(Callers.Agent, $"/tickets?q={number.ToLowerInvariant()}")).Select(IntakeDesk.Number));
        Assert.Equal([IntakeDesk.Number(other), number], (await desk.All(Callers.Agent, $"/tickets?q={rut.Email!.ToUpperInvariant()}")).Select(IntakeDesk.Number));
    }

    [Fact]
    public async Task Search_results_come_in_pages_too()
    {
        var rut = IntakeDesk.NewRequester();
        var word = "zebra" + Guid.CreateVersion7().ToString("N")[20..];
        var numbers = new List<string>();
        for (var i = 0; i < 5; i++)
            numbers.Add(IntakeDesk.Number(await desk.Ticket(rut, word)));
        Assert.Equal(Enumerable.Reverse(numbers), (await desk.All(Callers.Agent, $"/tickets?q={word}&limit=2")).Select(IntakeDesk.Number));
        Assert.Equal(numbers, (await desk.All(rut, $"/tickets?q={word}&limit=2&sort=created")).Select(IntakeDesk.Number));
        Assert.Equal(Enumerable.Reverse(numbers), (await desk.All(Callers.Agent, $"/tickets?q={word}&limit=2&sort=-updated")).Select(IntakeDesk.Number));
    }

    [Fact]
    public async Task Limits_are_kept()
    {
        Assert.Equal(HttpStatusCode.BadRequest, (await desk.Get(Callers.Agent, "/tickets?limit=201")).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await desk.Get(Callers.Agent, "/tickets?sort=due&after=LWNyZWF0ZWR8MHww")).Status);
    }
}
