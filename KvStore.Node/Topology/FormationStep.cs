namespace KvStore.Node.Topology;

/// <summary>What a node without a cluster does next.</summary>
internal enum FormationStep : byte
{
    /// <summary>Ask again after a moment.</summary>
    Wait,

    /// <summary>Make epoch 1, of itself and the nodes that answered.</summary>
    Form,

    /// <summary>Ask a member to be let in.</summary>
    Ask,

    /// <summary>It is a member: take the documents.</summary>
    Enter,
}
