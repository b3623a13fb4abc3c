using Desk.Contracts;
using Desk.Messaging;
using Npgsql;

namespace Desk.Notification.Consumers;

/// <summary>Remembers who may read the article: one for agents is never offered to a requester.</summary>
internal sealed class OnArticlePublished : IReactTo<ArticlePublished>
{
    public async Task ReactAsync(ArticlePublished happened, Reaction reaction, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(
            """
            insert into article (id, audience, version) values ($1, $2, $3)
            on conflict (id) do update set audience = excluded.audience, version = excluded.version where article.version <= excluded.version
            """, reaction.Connection, reaction.Transaction)
        { Parameters = { new() { Value = happened.ArticleId }, new() { Value = happened.Audience }, new() { Value = happened.Version } } };
        await command.ExecuteNonQueryAsync(cancellation);
    }
}
