using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Desk.Contracts;
using Desk.Notification.Sending;
using Desk.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using static Desk.Notification.Tests.NotificationUnderTest;

namespace Desk.Notification.Tests;

public sealed class DeliveryTests : IAsyncLifetime
{
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 11, 23, 9, 0, 0, TimeSpan.Zero));
    private readonly Moody _carrier = new();
    private NotificationUnderTest _notification = null!;

    private TestBroker Broker => _notification.Host.Broker;

    public async Task InitializeAsync() => _notification = await StartAsync(new HostOptions
    {
        Clock = _clock,
        Services = services => services.AddSingleton<ICarrier>(_carrier),
    });

    public async Task DisposeAsync() => await _notification.DisposeAsync();

    [Fact]
    public async Task What_fails_for_now_is_tried_again_with_longer_waits_and_the_same_Message_ID_until_it_is_given_up()
    {
        _carrier.Answer = _ => Handover.NotNow("451 later");
        var reply = Reply("en.annan@nordvik.example");
        await Broker.Say(reply.TicketId, reply);
        foreach (var minutes in new[] { 1, 5, 30, 120, 480 })
        {
            var failed = await Broker.Next<DeliveryFailed>(said => said.MessageId == reply.MessageId);
            Assert.False(failed.Permanent);
            _clock.Advance(TimeSpan.FromMinutes(minutes));
        }
        var last = await Broker.Next<DeliveryFailed>(said => said.MessageId == reply.MessageId);
        Assert.True(last.Permanent);
        Assert.Equal("451 later", last.Reason);
        Assert.Equal(6, _carrier.Carried.Count);
        Assert.Single(_carrier.Carried.Select(mail => Eml.Parse(System.Text.Encoding.ASCII.GetString(mail.Content))["Message-ID"]).Distinct());
        Assert.Single(_carrier.Carried.Select(mail => mail.Name).Distinct());

        // An agent says try again.
        _carrier.Answer = _ => Handover.Taken();
        using var agent = _notification.Host.As(Callers.Agent);
        var page = (await agent.GetFromJsonAsync<JsonObject>($"/api/v1/notification/deliveries?ticket={reply.Number}&state=failed"))!;
        var id = page["items"]![0]!["id"]!.GetValue<string>();
        Assert.Equal(HttpStatusCode.Accepted, (await agent.PostAsync($"/api/v1/notification/deliveries/{id}/retry", null)).StatusCode);
        await Broker.Next<MessageDelivered>(said => said.MessageId == reply.MessageId);
        Assert.Equal(HttpStatusCode.Conflict, (await agent.PostAsync($"/api/v1/notification/deliveries/{id}/retry", null)).StatusCode);
        Assert.Equal("sent", (await agent.GetFromJsonAsync<JsonObject>($"/api/v1/notification/deliveries/{id}"))!["state"]!.GetValue<string>());
    }

    [Fact]
    public async Task What_fails_for_good_is_not_tried_again_and_the_agent_hears_why()
    {
        _carrier.Answer = _ => Handover.NotEver("550 no such mailbox");
        var reply = Reply("gone@nordvik.example");
        await Broker.Say(reply.TicketId, reply);
        var failed = await Broker.Next<DeliveryFailed>(said => said.MessageId == reply.MessageId);
        Assert.True(failed.Permanent);
        Assert.Equal("550 no such mailbox", failed.Reason);
        Assert.Single(_carrier.Carried);
    }

    [Fact]
    public async Task A_letter_that_breaks_does_not_stop_those_behind_it()
    {
        _carrier.Answer = mail => mail.Recipient.StartsWith("bad", StringComparison.Ordinal) ? throw new InvalidOperationException("broken") : Handover.Taken();
        var (bad, good) = (Reply("bad@nordvik.example"), Reply("good@nordvik.example"));
        await Broker.Say(bad.TicketId, bad);
        await Broker.Say(good.TicketId, good);
        await Broker.Next<MessageDelivered>(said => said.MessageId == good.MessageId);
        await Broker.Next<DeliveryFailed>(said => said.MessageId == bad.MessageId && !said.Permanent);
    }

    [Fact]
    public async Task An_address_that_bounced_for_good_is_left_alone_for_seven_days()
    {
        var first = Reply("full@nordvik.example");
        await Broker.Say(first.TicketId, first);
        await Broker.Next<MessageDelivered>(said => said.MessageId == first.MessageId);
        await Broker.Say(first.TicketId, new MailBounced(_clock.GetUtcNow(), first.TicketId, first.Number, first.MessageId, "Full@nordvik.example", true, "5.1.1", "unknown"));
        var bounced = await Broker.Next<DeliveryFailed>(said => said.MessageId == first.MessageId);
        Assert.True(bounced.Permanent);

        var second = Reply("full@nordvik.example");
        await Broker.Say(second.TicketId, second);
        Assert.True((await Broker.Next<DeliveryFailed>(said => said.MessageId == second.MessageId)).Permanent);
        Assert.Single(_carrier.Carried);

        _clock.Advance(TimeSpan.FromDays(7));
        var third = Reply("full@nordvik.example");
        await Broker.Say(third.TicketId, third);
        await Broker.Next<MessageDelivered>(said => said.MessageId == third.MessageId);
    }

    [Fact]
    public async Task A_bounce_of_what_was_never_sent_and_one_that_will_pass_stop_nothing()
    {
        await Broker.Say(Guid.CreateVersion7(), new MailBounced(_clock.GetUtcNow(), null, null, Guid.CreateVersion7(), "ceo@nordvik.example", true, "5.1.1", "forged"));
        await Broker.Say(Guid.CreateVersion7(), new MailBounced(_clock.GetUtcNow(), null, null, null, "ceo@nordvik.example", false, "4.2.2", "full"));
        await Wait.Until(async () => await _notification.Host.Value<long>("select count(*) from messaging.inbox") == 2, "both are handled");
        var reply = Reply("ceo@nordvik.example");
        await Broker.Say(reply.TicketId, reply);
        await Broker.Next<MessageDelivered>(said => said.MessageId == reply.MessageId);
    }

    [Fact]
    public async Task Two_machines_that_answer_each_other_stop_at_the_limits_and_an_agent_does_not()
    {
        var ticket = Registered(NewNumber(), Requester(email: "loop@nordvik.example"));
        await _notification.SayAllAsync(ticket);
        await Broker.Next<MessageDelivered>(said => said.TicketId == ticket.TicketId);
        for (var time = 0; time < 30; time++)
            await Broker.Say(ticket.TicketId, new UpdateDue(ticket.TicketId, ticket.Number, ticket.At, Work(2 + time), ticket.At));
        var refused = await Broker.Next<DeliveryFailed>(said => said.TicketId == ticket.TicketId);
        Assert.True(refused.Permanent);
        await Wait.Until(async () => await _notification.Host.Value<long>("select count(*) from delivery where ticket_id = $1 and state <> 'pending'", ticket.TicketId) == 31, "all are dealt with");
        Assert.Equal(10, _carrier.Carried.Count);

        var reply = Reply("loop@nordvik.example") with { TicketId = ticket.TicketId };
        await Broker.Say(ticket.TicketId, reply);
        await Broker.Next<MessageDelivered>(said => said.MessageId == reply.MessageId);
    }

    [Fact]
    public async Task One_receiver_gets_at_most_thirty_automatic_mails_in_ten_minutes_over_all_tickets()
    {
        for (var time = 0; time < 40; time++)
            await _notification.SayAllAsync(Registered(NewNumber(), Requester(email: "Many@nordvik.example")));
        await Wait.Until(async () => await _notification.Host.Value<long>("select count(*) from delivery where state <> 'pending'") == 40, "all are dealt with", TimeSpan.FromSeconds(20));
        Assert.Equal(30, _carrier.Carried.Count);
    }

    [Fact]
    public async Task The_desk_never_mails_itself()
    {
        foreach (var own in new[] { "support@desk.example", "Support+D-1.abc@DESK.example" })
        {
            var ticket = Registered(NewNumber(), Requester(email: own));
            await _notification.SayAllAsync(ticket);
            Assert.True((await Broker.Next<DeliveryFailed>(said => said.TicketId == ticket.TicketId)).Permanent);
        }
        Assert.Empty(_carrier.Carried);
    }

    [Fact]
    public async Task What_agents_see_of_deliveries_requesters_do_not()
    {
        using var requester = _notification.Host.As(Callers.Requester);
        using var anonymous = _notification.Host.Anonymous();
        foreach (var path in new[] { "/api/v1/notification/deliveries", "/api/v1/notification/templates", $"/api/v1/notification/deliveries/{Guid.CreateVersion7()}" })
        {
            Assert.Equal(HttpStatusCode.Forbidden, (await requester.GetAsync(path)).StatusCode);
            Assert.Equal(HttpStatusCode.Unauthorized, (await anonymous.GetAsync(path)).StatusCode);
        }
    }

    private AgentReplied Reply(string to)
    {
        var number = NewNumber();
        return new AgentReplied(Guid.CreateVersion7(), number, _clock.GetUtcNow(), Guid.CreateVersion7(), Agent, Requester(email: to), "Skrivaren", "Hej!", null, [], null, []);
    }

    /// <summary>A carrier that does as the test says.</summary>
    private sealed class Moody : ICarrier
    {
        private readonly List<Mail> _carried = [];

        public Func<Mail, Handover> Answer { get; set; } = _ => Handover.Taken();

        public IReadOnlyList<Mail> Carried
        {
            get
            {
                lock (_carried)
                    return [.. _carried];
            }
        }

        public int AtOnce => 20;

        public int Beside => 1;

        public Task<Handover> CarryAsync(Mail mail, CancellationToken cancellation)
        {
            lock (_carried)
                _carried.Add(mail);
            return Task.FromResult(Answer(mail));
        }
    }
}
