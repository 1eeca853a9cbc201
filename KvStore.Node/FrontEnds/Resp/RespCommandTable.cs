using System.Collections.Frozen;
using System.Text;

namespace KvStore.Node.FrontEnds.Resp;

/// <summary>Every command that there is. What is not here is unknown, whatever Redis has.</summary>
internal static class RespCommandTable
{
    private const int NameLengthMax = 32;

    private static readonly FrozenDictionary<string, RespCommand> ByName =
        new[]
        {
            ConnectionCommands.All, ClientCommands.All, SubscriberCommands.All, TransactionCommands.All, ServerCommands.All, ClusterCommands.All, CommandListing.All,
            ExplainCommand.All, KeyCommands.All, ManyKeysCommands.All, KeyspaceCommands.All, StringCommands.All, CompareCommands.All, NumberCommands.All, HashCommands.All,
        }.SelectMany(commands => commands).ToFrozenDictionary(command => command.Name, StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, RespCommand>.AlternateLookup<ReadOnlySpan<char>> BySpan =
        ByName.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>In the order of their names.</summary>
    public static IReadOnlyList<RespCommand> All { get; } = [.. ByName.Values.OrderBy(command => command.Name, StringComparer.Ordinal)];

    /// <param name="name">In whatever case.</param>
    public static RespCommand? Find(byte[] name)
    {
        if (name.Length > NameLengthMax)
        {
            return null;
        }

        Span<char> lower = stackalloc char[NameLengthMax];
        Ascii.ToLower(name, lower, out int length);
        return length == name.Length && BySpan.TryGetValue(lower[..length], out RespCommand? command) ? command : null;
    }
}
