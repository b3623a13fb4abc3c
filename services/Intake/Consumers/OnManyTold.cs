using Desk.Contracts;
using Desk.Intake.Conversations;
using Desk.Intake.Tickets;
using Desk.Messaging;

namespace Desk.Intake.Consumers;

/// <summary>Writes what an agent said to many as a reply in each of their tickets, in the requester's language. A merged ticket hears it where it goes on.</summary>
internal sealed class OnManyTold(Conversation conversation) : IReactTo<ManyTold>
{
    public async Task ReactAsync(ManyTold happened, Reaction reaction, CancellationToken cancellation)
    {
        foreach (var ticket in happened.Tickets)
        {
            var head = await TicketHead.FindAsync(reaction.Transaction, ticket.Id, cancellation) ?? throw new NotYetException($"There is no ticket {ticket.Number} here yet.");
            if (head.MergedInto is null)
                await conversation.AddReplyAsync(reaction.Transaction, head, new AgentReply(happened.By, head.Requester.Language == "en" ? happened.En ?? happened.Sv : happened.Sv), cancellation);
        }
    }
}
