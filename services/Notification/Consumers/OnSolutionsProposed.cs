using Desk.Contracts;
using Desk.Messaging;
using Desk.Notification.Confirmations;
using Desk.Notification.Deliveries;

namespace Desk.Notification.Consumers;

/// <summary>The articles for the confirmation have come, or it is known that there are none.</summary>
internal sealed class OnSolutionsProposed(ConfirmationStore confirmations, SendDue sender) : IReactTo<SolutionsProposed>
{
    public Task ReactAsync(SolutionsProposed happened, Reaction reaction, CancellationToken cancellation)
    {
        reaction.Later(confirmations.Heard(happened), confirmed =>
        {
            if (confirmed > 0)
                sender.Expect();
        });
        return Task.CompletedTask;
    }
}
