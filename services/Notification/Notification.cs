using Desk.Messaging;
using Desk.Notification.Confirmations;
using Desk.Notification.Consumers;
using Desk.Notification.Deliveries;
using Desk.Notification.Letters;
using Desk.Notification.Limits;
using Desk.Notification.Links;
using Desk.Notification.Sending;
using Desk.Notification.Templates;
using Desk.Notification.Updates;

namespace Desk.Notification;

/// <summary>Telling people: what happened becomes a delivery in the reaction's own transaction; a worker writes the letter and hands it over.</summary>
internal static class Notification
{
    public static IHostApplicationBuilder AddNotification(this IHostApplicationBuilder builder)
    {
        builder.AddNpgsqlDataSource("notification", configureDataSourceBuilder: DatabaseSettings.Tune);
        builder.AddMessaging("notification", typeof(Notification).Assembly, reactions => reactions
            .Add<OnTicketRegistered>()
            .Add<OnTicketTriaged>()
            .Add<OnSolutionsProposed>()
            .Add<OnArticlePublished>()
            .Add<OnReplyFileAttached>()
            .Add<OnAgentReplied>()
            .Add<OnTicketResolved>()
            .Add<OnTicketEscalated>()
            .Add<OnTicketAssigned>()
            .Add<OnTicketMerged>()
            .Add<OnTicketImported>()
            .Add<OnUpdateDue>()
            .Add<OnSignInLinkRequested>()
            .Add<OnAccountChanged>()
            .Add<OnBlackHolesReported>()
            .Add<OnBrokenLinksFound>()
            .Add<OnArticleMisleads>()
            .Add<OnTriggerSpoke>()
            .Add<OnAgentTold>()
            .Add<OnMailBounced>());

        var services = builder.Services;
        services.AddSingleton<DeskAddress>();
        services.AddSingleton<StatusLinks>();
        services.AddSingleton<TemplateSet>();
        services.AddSingleton(Writing.Dkim.From(builder.Configuration));
        services.AddSingleton<LetterWriter>();
        services.AddSingleton<ConfirmationStore>();
        services.AddSingleton<DeliveryStore>();
        services.AddSingleton<DeliveryReader>();
        services.AddSingleton<ReplyFileStore>();
        services.AddSingleton<ReceiverStore>();
        services.AddSingleton(ReceiverLimits.From(builder.Configuration));
        services.AddSingleton(Carriers.Choose);
        services.AddSingleton<SendDue>();
        services.AddHostedService(provider => provider.GetRequiredService<SendDue>());
        services.AddHostedService<LateConfirmations>();
        services.AddOpenApi("v1");
        return builder;
    }

    public static void MapNotification(this WebApplication app)
    {
        var deliveries = app.MapGroup("/api/v1/notification/deliveries").RequireAuthorization(ServiceDefaults.Policies.Agent).WithTags("Notification");
        ListDeliveries.Map(deliveries);
        ReadDelivery.Map(deliveries);
        RetryDelivery.Map(deliveries);
        ListTemplates.Map(app.MapGroup("/api/v1/notification/templates").RequireAuthorization(ServiceDefaults.Policies.Agent).WithTags("Notification"));
        ChooseUpdates.Map(app);
        app.MapMessaging("notification");
        app.MapOpenApi().AllowAnonymous();
    }
}
