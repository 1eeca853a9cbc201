namespace KvStore.Node.Ring;

/// <summary>One virtual node: a member's claim at a position of the ring. <see cref="Member"/> indexes the ring's members.</summary>
internal readonly record struct Token(ulong Position, ushort Member) : IComparable<Token>
{
    public int CompareTo(Token other)
    {
        var byPosition = Position.CompareTo(other.Position);
        return byPosition != 0 ? byPosition : Member.CompareTo(other.Member);
    }
}
