using Desk.Contracts;
using Desk.Intake.Requests;
using Desk.Intake.Tickets;
using Desk.Testing;

namespace Desk.Intake.Tests.Domain;

public class RegisterTicketRulesTests
{
    private static readonly RegisterTicketRequest Right = new(
        "VPN is down", "It says error 809.", new RequesterInput("rut.hansson@nordvik.example", "Rut Hansson", "+46 70-123 45 67"),
        null, null, null, null, null, null);

    [Fact]
    public void An_agent_registers_for_anyone_and_vouches_for_it()
    {
        var contact = RegisterTicket.Read(Right with { Channel = "phone", Type = "request", Impact = "site", Urgency = "high" }, Callers.Agent, new Faults());
        Assert.NotNull(contact);
        Assert.Equal(Channel.Phone, contact.Channel);
        Assert.Equal((TicketType.Request, Impact.Site, Urgency.High), (contact.Type, contact.Impact, contact.Urgency));
        Assert.True(contact.Vouched);
        Assert.Equal(Callers.Agent.Id, contact.RegisteredBy);
    }

    [Fact]
    public void A_person_registers_for_themself_without_saying_who_they_are()
    {
        var contact = RegisterTicket.Read(Right with { Requester = null }, Callers.Requester, new Faults());
        Assert.Equal("rut.hansson@nordvik.example", contact?.Requester.Email);
        Assert.Equal("Rut Hansson", contact?.Requester.Name);
        Assert.True(contact?.Vouched);
        Assert.Equal(Channel.Web, contact?.Channel);
    }

    [Fact]
    public void A_person_may_not_register_in_anothers_name() => Refused(
        "requester.email", Right, Callers.AnotherRequester);

    [Fact]
    public void A_requesters_machine_is_believed_in_nothing()
        => Assert.False(RegisterTicket.Read(Right, Callers.RequesterMachine, new Faults())?.Vouched);

    [Fact]
    public void Only_agents_say_that_somebody_called_or_came() => Refused("channel", Right with { Channel = "phone" }, Callers.RequesterMachine);

    [Fact]
    public void Each_field_is_named_with_what_is_wrong_with_it()
    {
        Refused("subject", Right with { Subject = null });
        Refused("subject", Right with { Subject = "   " });
        Refused("subject", Right with { Subject = new string('a', 301) });
        Refused("subject", Right with { Subject = "a\nb" });
        Refused("subject", Right with { Subject = "a\u0000b" });
        Refused("body", Right with { Body = " \n" });
        Refused("body", Right with { Body = new string('å', 50_001) });
        Refused("body", Right with { Body = "a\u0007" });
        Refused("requester.email", Right with { Requester = null });
        Refused("requester.email", Right with { Requester = Right.Requester! with { Email = "rut" } });
        Refused("requester.name", Right with { Requester = Right.Requester! with { Name = "Rut\r\nBcc: x" } });
        Refused("requester.phone", Right with { Requester = Right.Requester! with { Phone = "<script>" } });
        Refused("channel", Right with { Channel = "pigeon" });
        Refused("type", Right with { Type = "Incident" });
        Refused("impact", Right with { Impact = "2" });
        Refused("urgency", Right with { Urgency = "" });
        Refused("category", Right with { Category = "Network VPN" });
        Refused("attachments[0].content", Right with { Attachments = [new AttachmentInput("a.txt", null)] });
        Refused("attachments", Right with { Attachments = [.. Enumerable.Repeat(new AttachmentInput("a.txt", [1]), 21)] });
    }

    [Fact]
    public void All_faults_are_told_at_once()
    {
        var faults = new Faults();
        RegisterTicket.Read(Right with { Subject = null, Body = null, Type = "x" }, Callers.Agent, faults);
        Assert.Equal(["body", "subject", "type"], Fields(faults).Order());
    }

    private static void Refused(string field, RegisterTicketRequest request, ServiceDefaults.Identity.Caller? caller = null)
    {
        var faults = new Faults();
        Assert.Null(RegisterTicket.Read(request, caller ?? Callers.Agent, faults));
        Assert.Equal([field], Fields(faults));
    }

    private static IEnumerable<string> Fields(Faults faults)
        => ((IReadOnlyDictionary<string, string[]>)faults.Answer().ProblemDetails.Extensions["errors"]!).Keys;
}
