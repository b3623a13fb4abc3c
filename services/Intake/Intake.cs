using Desk.Intake.Consumers;
using Desk.Intake.Conversations;
using Desk.Intake.Import;
using Desk.Intake.Mail;
using Desk.Intake.People;
using Desk.Intake.Requests;
using Desk.Intake.Scanning;
using Desk.Intake.Tickets;
using Desk.Messaging;
using Desk.ServiceDefaults;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.OpenApi;

namespace Desk.Intake;

/// <summary>The room where contacts come in: what it is made of.</summary>
internal static class Intake
{
    public static void AddIntake(this WebApplicationBuilder builder)
    {
        builder.AddNpgsqlDataSource("intake", configureDataSourceBuilder: DatabaseSettings.Tune);
        builder.AddMessaging("intake", typeof(Intake).Assembly, reactions => reactions
            .Add<OnWorkChanged>()
            .Add<OnMessageDelivered>()
            .Add<OnManyTold>()
            .Add<OnTriggerSpoke>()
            .Add<OnWorkImported>()
            .Add<OnAccountChanged>());

        builder.Services.AddSingleton<Posting>();
        builder.Services.AddSingleton<Registration>();
        builder.Services.AddSingleton<TicketStore>();
        builder.Services.AddSingleton<Conversation>();
        builder.Services.AddSingleton<ImportStore>();
        builder.Services.AddSingleton<ClamAv>();
        if (new ClamAv(builder.Configuration).IsOn)
            builder.Services.AddHostedService<ScanFiles>();
        builder.AddMail();
        builder.Services.AddHostedService<TellOrganisations>();
        if (builder.Environment.IsDevelopment())
            builder.Services.AddHostedService<FirstOrganisations>();

        builder.Services.Configure<JsonOptions>(options => options.SerializerOptions.TypeInfoResolverChain.Insert(0, IntakeJson.Default));
        builder.Services.AddOpenApi(options => options.AddSchemaTransformer(async (schema, context, cancellation) =>
        {
            if (context.JsonTypeInfo.Type != typeof(StoredClocks))
                return;
            schema.Type = JsonSchemaType.Array;
            schema.Items = await context.GetOrCreateSchemaAsync(typeof(Clock), cancellationToken: cancellation);
        }));
    }

    public static void MapIntake(this WebApplication app)
    {
        var tickets = app.MapGroup("/api/v1/tickets").WithTags("Tickets");
        tickets.MapPost("", RegisterTicket.HandleAsync)
            .WithName("RegisterTicket").WithSummary("Register a ticket").Produces<TicketView>(StatusCodes.Status201Created).ProducesProblem(400);
        tickets.MapGet("", ListTickets.HandleAsync)
            .WithName("ListTickets").WithSummary("List and search tickets");
        tickets.MapGet("/{number}", ReadTicket.HandleAsync)
            .WithName("ReadTicket").WithSummary("Read a ticket");
        tickets.MapPost("/{number}/split", SplitTicket.HandleAsync).RequireAuthorization(Policies.Agent)
            .WithName("SplitTicket").WithSummary("Make a ticket of a message that is about something else").Produces<TicketView>(StatusCodes.Status201Created).ProducesProblem(400);
        tickets.MapGet("/by-link/{token}", StatusLinks.HandleAsync).AllowAnonymous()
            .WithName("ReadTicketByLink").WithSummary("See how a ticket stands, by its signed link");

        var conversation = app.MapGroup("/api/v1/tickets/{number}").WithTags("Conversation");
        conversation.MapGet("/messages", Messages.ListAsync)
            .WithName("ListMessages").WithSummary("Read the conversation");
        conversation.MapGet("/messages/{id:guid}", Messages.ReadAsync)
            .WithName("ReadMessage").WithSummary("Read one message");
        conversation.MapPost("/messages", Messages.PostAsync)
            .WithName("PostMessage").WithSummary("Write in the conversation").Produces<MessageView>(StatusCodes.Status201Created).ProducesProblem(400);
        conversation.MapGet("/notes", Notes.ListAsync)
            .WithName("ListNotes").WithSummary("Read the internal notes");
        conversation.MapPost("/notes", Notes.PostAsync)
            .WithName("PostNote").WithSummary("Write an internal note").Produces<NoteView>(StatusCodes.Status201Created).ProducesProblem(400);
        conversation.MapGet("/attachments", Attachments.ListAsync)
            .WithName("ListAttachments").WithSummary("List the files of a ticket");
        conversation.MapPost("/attachments", Attachments.PostAsync)
            .WithName("PostAttachments").WithSummary("Add files to a ticket").Produces<Page<AttachmentView>>(StatusCodes.Status201Created).ProducesProblem(400);
        app.MapGet("/api/v1/attachments/{id:guid}", Attachments.GetAsync).WithTags("Conversation")
            .WithName("ReadAttachment").WithSummary("Download a file");

        var people = app.MapGroup("/api/v1/people").WithTags("People").RequireAuthorization(Policies.Agent);
        people.MapGet("", PeopleEndpoints.ListAsync)
            .WithName("ListPeople").WithSummary("Find people");
        people.MapGet("/{id:guid}", PeopleEndpoints.ReadAsync)
            .WithName("ReadPerson").WithSummary("Read a person");
        people.MapPatch("/{id:guid}", PeopleEndpoints.PatchAsync).RequireAuthorization(Policies.Lead)
            .WithName("ChangePerson").WithSummary("Say whether a person is a VIP");

        var organisations = app.MapGroup("/api/v1/organisations").WithTags("People").RequireAuthorization(Policies.Agent);
        organisations.MapGet("", Organisations.ListAsync)
            .WithName("ListOrganisations").WithSummary("List organisations");
        organisations.MapPost("", Organisations.PostAsync).RequireAuthorization(Policies.Lead)
            .WithName("MakeOrganisation").WithSummary("Make an organisation").Produces<OrganisationView>(StatusCodes.Status201Created).ProducesProblem(400);

        app.MapPost("/api/v1/import/tickets", ImportTickets.HandleAsync).RequireAuthorization(Policies.Admin).WithTags("Import")
            .WithName("ImportTickets").WithSummary("Take in another desk's history").Accepts<ImportLine>("application/x-ndjson");

        app.MapMessaging("intake");
        app.MapMail();
        app.MapOpenApi().AllowAnonymous();
    }
}
