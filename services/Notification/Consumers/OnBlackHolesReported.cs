using Desk.Contracts;
using Desk.Messaging;
using Desk.Notification.Deliveries;
using Desk.Notification.Letters;

namespace Desk.Notification.Consumers;

/// <summary>Tells a lead of tickets that would be forgotten: all that one check found in one mail.</summary>
internal sealed class OnBlackHolesReported(DeliveryStore deliveries, DeskAddress desk, SendDue sender) : IReactTo<BlackHolesReported>
{
    public async Task ReactAsync(BlackHolesReported happened, Reaction reaction, CancellationToken cancellation) => await DeskMail.AddAsync(
        reaction, happened.ReportId, Kinds.Alarm, happened.To, await OnAccountChanged.LanguageOfAsync(reaction, happened.To, cancellation),
        new Facts { Name = happened.Name, Vouched = true, Holes = happened.Holes, Total = happened.Total }, deliveries, desk, sender, cancellation);
}
