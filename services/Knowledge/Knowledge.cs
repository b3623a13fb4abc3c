using Dapper;
using Desk.Knowledge.Articles;
using Desk.Knowledge.Articles.Links;
using Desk.Knowledge.Articles.Transfer;
using Desk.Knowledge.Consumers;
using Desk.Knowledge.Evidence;
using Desk.Knowledge.Gaps;
using Desk.Knowledge.Guides;
using Desk.Knowledge.Likeness;
using Desk.Knowledge.Proposals;
using Desk.Knowledge.Search;
using Desk.Knowledge.Seeding;
using Desk.Knowledge.SelfService;
using Desk.Knowledge.Trends;
using Desk.Messaging;
using Desk.ServiceDefaults;

namespace Desk.Knowledge;

/// <summary>The room of what the desk knows: articles, the search over them, and the proposals for each ticket.</summary>
internal static class Knowledge
{
    public static IHostApplicationBuilder AddKnowledge(this IHostApplicationBuilder builder)
    {
        SqlMapper.AddTypeHandler(new UtcTimes());
        builder.AddNpgsqlDataSource("knowledge", configureDataSourceBuilder: DatabaseSettings.Tune);
        builder.AddMessaging("knowledge", typeof(Knowledge).Assembly, reactions => reactions
            .Add<OnTicketRegistered>()
            .Add<OnTicketTriaged>()
            .Add<OnAgentChanged>()
            .Add<OnOrganisationChanged>()
            .Add<OnTicketImported>()
            .Add<OnRequesterReplied>()
            .Add<OnWorkChanged>()
            .Add<OnProblemChanged>());
        builder.Services.AddOpenApi();

        builder.Services.AddSingleton<ArticleStore>();
        builder.Services.AddSingleton<Membership>();
        builder.Services.AddSingleton<ProposalStore>();
        builder.Services.AddSingleton<SynonymStore>();
        builder.Services.AddSingleton<LiveIndex>();
        builder.Services.AddSingleton<Searching>();
        builder.Services.AddSingleton<LiveTickets>();
        builder.Services.AddSingleton<LiveEvidence>();
        builder.Services.AddHostedService(services => services.GetRequiredService<LiveTickets>());
        builder.Services.AddHostedService(services => services.GetRequiredService<LiveEvidence>());
        builder.Services.AddSingleton<TellOwners>();
        builder.Services.AddHostedService(services => services.GetRequiredService<TellOwners>());
        builder.Services.AddSingleton<FailedSearches>();
        builder.Services.AddHostedService(services => services.GetRequiredService<FailedSearches>());
        builder.Services.AddHostedService<FindGaps>();
        builder.Services.AddHostedService<SeedArticles>();
        builder.Services.AddHostedService<KeepIndexFresh>();
        builder.Services.AddHostedService<DueArticles>();
        builder.Services.AddSingleton<LinkStore>();
        builder.Services.AddSingleton<LinkProbe>(_ => new LinkProbe());
        builder.Services.AddHostedService<CheckLinks>();
        return builder;
    }

    public static IEndpointRouteBuilder MapKnowledge(this IEndpointRouteBuilder app)
    {
        app.MapOpenApi().AllowAnonymous();
        app.MapMessaging("knowledge");

        // Whoever asks, signed in or not, finds what is for everyone; each endpoint filters by the caller.
        var open = app.MapGroup("/api/v1/knowledge").WithTags("Knowledge").AllowAnonymous();
        open.MapSearch();
        open.MapReadArticle();
        open.MapListArticles();
        open.MapWalkGuide();
        open.MapReadHelpFront();
        open.MapReadFiles();

        var readers = app.MapGroup("/api/v1/knowledge").WithTags("Knowledge").RequireAuthorization();
        readers.MapGiveFeedback();
        readers.MapCountVisit();

        var agents = app.MapGroup("/api/v1/knowledge").WithTags("Knowledge").RequireAuthorization(Policies.Agent);
        agents.MapWriteArticle();
        agents.MapReadVersions();
        agents.MapReadFeedback();
        agents.MapWriteFiles();
        agents.MapListBrokenLinks();
        agents.MapExportArticles();
        agents.MapImportArticles();
        agents.MapGaps();
        agents.MapTrends();
        agents.MapSelfService();
        var leads = app.MapGroup("/api/v1/knowledge").WithTags("Knowledge").RequireAuthorization(Policies.Lead);
        agents.MapSetSynonyms(leads);
        leads.MapWorth();

        var proposals = app.MapGroup("/api/v1/tickets/{number}/proposals").WithTags("Proposals").RequireAuthorization(Policies.Agent);
        proposals.MapReadProposals();
        proposals.MapRecordOutcome();
        app.MapGroup("/api/v1/tickets/{number}/similar").WithTags("Proposals").RequireAuthorization(Policies.Agent).MapRecordSolved();
        return app;
    }
}
