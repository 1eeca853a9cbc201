namespace KvStore.Node.Configuration;

/// <summary>Reads <c>KvStore:Members</c> and holds its entries against each other and against this member.</summary>
internal static class MemberList
{
    public const string NameAllowed = "1 to 64 letters, digits, '.', '-' or '_', beginning with a letter or digit";
    public const string ZoneAllowed = "empty or up to 64 letters, digits, '.', '-' or '_', beginning with a letter or digit";

    private const int NameLengthMax = 64;
    private const string AddressAllowed = "http://host:port";

    public static bool IsName(string text) =>
        text.Length is > 0 and <= NameLengthMax
        && char.IsAsciiLetterOrDigit(text[0])
        && text.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '-' or '_');

    public static bool IsZone(string text) => text.Length == 0 || IsName(text);

    /// <param name="section">The section KvStore.</param>
    /// <param name="self">Name and zone are read.</param>
    public static IReadOnlyList<MemberOptions> Read(OptionsSection section, NodeOptions self)
    {
        IReadOnlyList<OptionsSection> entries = section.List(
            nameof(NodeOptions.Members), "a list: KvStore:Members:0:Name, KvStore:Members:0:Http, KvStore:Members:0:Grpc and so on");
        if (entries.Count > NodeOptionsReader.MembersMax)
        {
            section.Refuse(nameof(NodeOptions.Members), $"{entries.Count} members", $"must be at most {NodeOptionsReader.MembersMax}.");
            return [];
        }

        List<MemberOptions> members = [];
        foreach (OptionsSection entry in entries)
        {
            MemberOptions member = ReadMember(entry);
            RefuseDuplicates(entry, member, members);
            members.Add(member);
        }

        HoldAgainstSelf(section, self, members);
        return members;
    }

    private static MemberOptions ReadMember(OptionsSection entry)
    {
        MemberOptions member = new(
            entry.Text(nameof(MemberOptions.Name), "", NameAllowed, IsName, required: true),
            ReadAddress(entry, nameof(MemberOptions.Http)),
            ReadAddress(entry, nameof(MemberOptions.Grpc)),
            entry.Text(nameof(MemberOptions.Zone), "", ZoneAllowed, IsZone));
        entry.RefuseUnknown();
        return member;
    }

    /// <returns>In one spelling, so that equal addresses compare as such; empty if it is not one.</returns>
    private static string ReadAddress(OptionsSection entry, string key)
    {
        string text = entry.Text(key, "", AddressAllowed, text => TryParseAddress(text, out _), required: true);
        return TryParseAddress(text, out Uri? address) ? $"http://{address!.Host}:{address.Port}" : "";
    }

    private static bool TryParseAddress(string text, out Uri? address) =>
        Uri.TryCreate(text, UriKind.Absolute, out address)
        && address is { Scheme: "http", PathAndQuery: "/", Fragment: "", UserInfo: "", Host.Length: > 0, Port: > 0 };

    private static void RefuseDuplicates(OptionsSection entry, MemberOptions member, List<MemberOptions> before)
    {
        if (before.Any(other => other.Name.Length > 0 && other.Name.Equals(member.Name, StringComparison.OrdinalIgnoreCase)))
        {
            entry.Refuse(nameof(MemberOptions.Name), member.Name, "must differ from the name of every other member.");
        }

        List<string> taken = [.. before.SelectMany(other => new[] { other.Http, other.Grpc })];
        if (member.Http.Length > 0 && taken.Contains(member.Http, StringComparer.Ordinal))
        {
            entry.Refuse(nameof(MemberOptions.Http), member.Http, "must differ from every other address.");
        }

        if (member.Grpc.Length > 0 && (taken.Contains(member.Grpc, StringComparer.Ordinal) || member.Grpc == member.Http))
        {
            entry.Refuse(nameof(MemberOptions.Grpc), member.Grpc, "must differ from every other address.");
        }
    }

    private static void HoldAgainstSelf(OptionsSection section, NodeOptions self, List<MemberOptions> members)
    {
        MemberOptions? own = members.Find(member => member.Name == self.Name);
        if (members.Count > 0 && own is null)
        {
            section.Refuse(
                nameof(NodeOptions.Name),
                self.Name,
                $"must be one of KvStore:Members: {string.Join(", ", members.Where(member => member.Name.Length > 0).Select(member => member.Name))}.");
        }
        else if (own is not null && self.Zone.Length > 0 && own.Zone != self.Zone)
        {
            section.Refuse(nameof(NodeOptions.Zone), self.Zone, $"must agree with this member's zone in KvStore:Members, \"{own.Zone}\".");
        }
    }
}
