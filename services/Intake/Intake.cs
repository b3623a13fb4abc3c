using Desk.Intake.Conversations;
using Desk.Intake.Tickets;
using Desk.Messaging;

namespace Desk.Intake;

/// <summary>The room where contacts come in: what it is made of.</summary>
internal static class Intake
{
    public static void AddIntake(this WebApplicationBuilder builder)
    {
        builder.AddNpgsqlDataSource("intake");
        builder.AddMessaging("intake", typeof(Intake).Assembly, reactions => { });

        builder.Services.AddSingleton<Registration>();
        builder.Services.AddSingleton<Conversation>();
    }

    public static void MapIntake(this WebApplication app)
    {
        app.MapMessaging("intake");
    }
}
