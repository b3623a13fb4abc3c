using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Desk.Contracts;
using Desk.Testing;

namespace Desk.Knowledge.Tests.Proposals;

public class ProposalTests(KnowledgeDesk desk) : IClassFixture<KnowledgeDesk>
{
    [Theory]
    [InlineData("Kan inte logga in", "Hej, jag har visst glömt mitt lösenord efter semestern. Hur gör jag?\n\nMvh Rut", "sv", "account.password", "jag-har-glomt-mitt-losenord")]
    [InlineData("Skrivaren", "Hej! Det går inte att skriva ut, papperet fastnar hela tiden.", "sv", "printer", "skriva-ut-och-installera-skrivare")]
    [InlineData("VPN", "Since this morning my VPN says timeout when I connect from home.", "en", "network.vpn", "vpn-does-not-connect-or-drops")]
    [InlineData("Ljud", "Ingen hör mig i Teams, mikrofonen verkar död.", "sv", "software.office", "inget-ljud-eller-ingen-bild-i-teams-moten")]
    [InlineData("Outlook", "Outlook hänger sig och jag får inga mejl.", "sv", "email", "e-post-och-outlook-fungerar-inte")]
    public async Task The_article_that_solves_a_ticket_is_proposed_first(string subject, string text, string language, string category, string slug)
    {
        var said = await desk.Propose(desk.Ticket(subject, text, language), category);
        Assert.Equal(slug, said.Proposals[0].Slug);
        Assert.InRange(said.Proposals.Count, 1, 5);
        Assert.Equal(said.Proposals.OrderByDescending(proposal => proposal.Score), said.Proposals);
    }

    [Theory]
    [InlineData("Fikarummet", "Kaffet är slut igen och mjölken har surnat.")]
    [InlineData("Hej", "")]
    [InlineData("???", "!!!")]
    public async Task When_nothing_fits_it_is_said_that_nothing_fits(string subject, string text)
    {
        var ticket = desk.Ticket(subject, text);
        Assert.Empty((await desk.Propose(ticket)).Proposals);
        Assert.Equal(0, (await Read(ticket.Number)).GetArrayLength());
    }

    [Fact]
    public async Task An_article_published_now_is_proposed_soon()
    {
        Assert.Equal(HttpStatusCode.Created, (await desk.Write(KnowledgeDesk.Draft("Kaffeautomaten Vesuvius kokar över", "Stäng av Vesuvius och ring servicefirman."))).StatusCode);
        await Wait.Until(
            async () => (await desk.Propose(desk.Ticket("Vesuvius", "Kaffeautomaten Vesuvius kokar över"))).Proposals.Any(proposal => proposal.Slug.StartsWith("kaffeautomaten", StringComparison.Ordinal)),
            "the new article is proposed");
    }

    [Fact]
    public async Task A_ticket_triaged_before_it_is_heard_of_is_searched_for_when_it_is()
    {
        var ticket = desk.Ticket("VPN", "VPN kopplar ner");
        await desk.Host.Broker.Say(ticket.TicketId, KnowledgeDesk.Triaged(ticket, "network.vpn"));
        await desk.Host.Broker.Say(ticket.TicketId, ticket);
        var said = await desk.Host.Broker.Next<SolutionsProposed>(said => said.TicketId == ticket.TicketId, TimeSpan.FromSeconds(15));
        Assert.Equal(("vpn-ansluter-inte-eller-kopplar-ner", "everyone"), (said.Proposals[0].Slug, said.Proposals[0].Audience));
    }

    [Fact]
    public async Task Duplicates_propose_once()
    {
        var ticket = desk.Ticket("VPN", "VPN kopplar ner");
        var registered = await desk.Host.Broker.Say(ticket.TicketId, ticket);
        var triaged = await desk.Host.Broker.Say(ticket.TicketId, KnowledgeDesk.Triaged(ticket, null));
        await desk.Host.Broker.Say(ticket.TicketId, ticket, registered);
        await desk.Host.Broker.Say(ticket.TicketId, KnowledgeDesk.Triaged(ticket, null), triaged);
        await desk.Host.Broker.Next<SolutionsProposed>(said => said.TicketId == ticket.TicketId);
        // A later ticket of the same queue shows that the duplicates have passed.
        await desk.Propose(ticket with { TicketId = Guid.CreateVersion7(), Number = ticket.Number + "-later" });
        Assert.DoesNotContain(desk.Host.Broker.Heard<SolutionsProposed>(), said => said.TicketId == ticket.TicketId);
    }

    [Fact]
    public async Task A_reader_who_comes_too_early_waits_for_the_search()
    {
        var ticket = desk.Ticket("VPN", "VPN kopplar ner");
        var read = Read(ticket.Number);
        await desk.Propose(ticket);
        Assert.Equal("vpn-ansluter-inte-eller-kopplar-ner", (await read)[0].GetProperty("slug").GetString());
    }

    [Fact]
    public async Task What_became_of_a_proposal_is_recorded_once()
    {
        var ticket = desk.Ticket("VPN", "VPN kopplar ner");
        var article = (await desk.Propose(ticket)).Proposals[0].ArticleId;
        var path = $"/api/v1/tickets/{ticket.Number}/proposals/{article}";
        Assert.False((await Read(ticket.Number))[0].TryGetProperty("openedAt", out _));

        Assert.Equal(HttpStatusCode.NoContent, (await desk.Agent.PostAsync($"{path}/opened", null)).StatusCode);
        var opened = (await Read(ticket.Number))[0].GetProperty("openedAt").GetDateTimeOffset();
        Assert.Equal(HttpStatusCode.NoContent, (await desk.Agent.PostAsync($"{path}/used", null)).StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await desk.Agent.PostAsync($"{path}/opened", null)).StatusCode);

        var after = (await Read(ticket.Number))[0];
        Assert.Equal(opened, after.GetProperty("openedAt").GetDateTimeOffset());
        Assert.True(after.GetProperty("usedAt").GetDateTimeOffset() >= opened);
    }

    [Fact]
    public async Task Proposals_are_for_agents_and_of_known_tickets()
    {
        Assert.Equal(HttpStatusCode.Forbidden, (await desk.Requester.GetAsync("/api/v1/tickets/D-1/proposals")).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await desk.Anonymous.GetAsync("/api/v1/tickets/D-1/proposals")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await desk.Agent.GetAsync("/api/v1/tickets/D-none/proposals")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await desk.Agent.PostAsync($"/api/v1/tickets/D-none/proposals/{Guid.CreateVersion7()}/used", null)).StatusCode);
    }

    private async Task<JsonElement> Read(string number)
        => (await desk.Agent.GetFromJsonAsync<JsonElement>($"/api/v1/tickets/{number}/proposals")).GetProperty("items");
}
