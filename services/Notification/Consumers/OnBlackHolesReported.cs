using Desk.Contracts;
using Desk.Messaging;
using Desk.Notification.Deliveries;
using Desk.Notification.Letters;
using Desk.Notification.Writing;

namespace Desk.Notification.Consumers;

/// <summary>Tells a lead of tickets that would be forgotten: all that one check found in one mail.</summary>
internal sealed class OnBlackHolesReported(DeliveryStore deliveries, DeskAddress desk, SendDue sender) : IReactTo<BlackHolesReported>
{
    public async Task ReactAsync(BlackHolesReported happened, Reaction reaction, CancellationToken cancellation)
    {
        if (!Address.IsMailable(happened.To))
            return;
        await deliveries.AddAsync(reaction.Transaction, new Delivery(
            happened.ReportId, null, null, null, Kinds.Alarm, Automatic: true, happened.To, [], await OnAccountChanged.LanguageOfAsync(reaction, happened.To, cancellation),
            new Facts { Name = happened.Name, Vouched = true, Holes = happened.Holes, Total = happened.Total }, happened.ReportId, desk.MessageId(null, happened.ReportId), null, [], 0, default, null),
            cancellation);
        sender.Expect();
    }
}
